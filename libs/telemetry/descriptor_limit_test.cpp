#include "telemetry/descriptor_limit.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace pollux::telemetry {
namespace {

// The soft limit of the process, lowered and put back.
class LoweredLimit {
 public:
  explicit LoweredLimit(rlim_t soft) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lowered{.rlim_cur = soft, .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
  }
  ~LoweredLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  LoweredLimit(const LoweredLimit&) = delete;
  LoweredLimit& operator=(const LoweredLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(DescriptorLimit, ReservesAQuarterWithinLimits) {
  EXPECT_EQ(descriptors_left_to_others(40), 16U);
  EXPECT_EQ(descriptors_left_to_others(256), 64U);
  EXPECT_EQ(descriptors_left_to_others(1'000'000), 128U);
}

TEST(DescriptorLimit, WarnsIfTheConnectionsExceedTheLimit) {
  const LoweredLimit lowered(512);
  for (const auto& [connections, warns] : {std::pair(384, false), std::pair(385, true)}) {
    std::ostringstream out;
    Log log(LogLevel::info, out);
    warn_of_few_descriptors(static_cast<std::size_t>(connections), log);
    EXPECT_EQ(out.str().find("max-connections") != std::string::npos, warns) << out.str();
  }
}

TEST(DescriptorLimit, GivesEachListenerItsShare) {
  const LoweredLimit lowered(512);
  std::ostringstream out;
  Log log(LogLevel::info, out);
  for (const auto& [asked, given] : {std::pair(20'000U, 192U), std::pair(100U, 100U)}) {
    http::ServerOptions options;
    options.limits.connections = asked;
    share_descriptors(options, 2, "vote", log);
    EXPECT_EQ(options.limits.connections, given);
    options.on_shed(http::Shed::too_many_connections);
  }
  EXPECT_NE(out.str().find("descriptors are running out"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("as many as max-connections allows"), std::string::npos) << out.str();
}

TEST(DescriptorLimit, LogsShedConnectionsOnce) {
  const LoweredLimit lowered(512);
  std::ostringstream out;
  Log log(LogLevel::info, out);
  http::ServerOptions options;
  share_descriptors(options, 1, "vote", log);
  EXPECT_EQ(options.limits.spare_descriptors, 128U);
  for (int i = 0; i < 100; ++i) options.on_shed(http::Shed::too_few_descriptors);
  const auto text = out.str();
  EXPECT_NE(text.find("descriptors are running out"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

}  // namespace
}  // namespace pollux::telemetry
