#include "worker/stream_telemetry.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::worker {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(StreamWarnings, DoNotHideEachOther) {
  std::ostringstream lines;
  telemetry::Log log(telemetry::LogLevel::info, lines);
  const auto warn = log_warnings(log);
  for (std::uint64_t second = 1; second <= 3; ++second) {
    warn({"Entries in Redis have a newer format.", "Update the workers.", second});
    warn({"Entries in Redis became dead letters.", "It has no poll.", 1});
    warn({"Entries in Redis became dead letters.", "It has no voter.", 1});
  }
  EXPECT_THAT(lines.str(), AllOf(HasSubstr("newer format"), HasSubstr("no poll"), HasSubstr("no voter")));
  EXPECT_THAT(lines.str(), AllOf(HasSubstr(R"("entries":1)"), Not(HasSubstr(R"("entries":2)"))))
      << "once, although the number grows";
  const std::string all = lines.str();
  EXPECT_EQ(std::ranges::count(all, '\n'), 3);
}

}  // namespace
}  // namespace pollux::worker
