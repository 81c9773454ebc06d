#include "lifecycle/startup.hpp"

#include <csignal>
#include <sstream>

#include <gmock/gmock.h>

namespace pollux::lifecycle {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class StartupTest : public testing::Test {
 protected:
  TerminationSignals signals_;
  std::ostringstream lines_;
  telemetry::Log log_{telemetry::LogLevel::info, lines_};
  int tries_ = 0;

  std::function<Result<int>()> succeeds_at(int which) {
    return [this, which]() -> Result<int> {
      if (++tries_ < which) return unavailable("The database starts.");
      return tries_;
    };
  }
};

TEST_F(StartupTest, RetriesUntilItSucceedsAndLogsWhyItWaits) {
  Startup startup(1min, log_, signals_);
  EXPECT_EQ(startup.await(succeeds_at(3)).value(), 3);
  EXPECT_THAT(lines_.str(), HasSubstr("The database starts."));
}

TEST_F(StartupTest, GivesUpAfterTheTimeout) {
  Startup startup(0ms, log_, signals_);
  const auto result = startup.await(succeeds_at(1000));
  EXPECT_EQ(result.error().message, "The database starts.");
  EXPECT_EQ(tries_, 1);
}

TEST_F(StartupTest, DoesNotRetryPermanentErrors) {
  Startup startup(1min, log_, signals_);
  const auto result = startup.await<int>([this]() -> Result<int> {
    ++tries_;
    return Error{ErrorCode::internal, "The schema is newer than this program."};
  });
  EXPECT_FALSE(result);
  EXPECT_EQ(tries_, 1);
}

TEST_F(StartupTest, EndsOnASignal) {
  Startup startup(1min, log_, signals_);
  raise(SIGTERM);
  EXPECT_FALSE(startup.await(succeeds_at(1000)));
  EXPECT_EQ(tries_, 1);
  EXPECT_EQ(startup.stopped(), "SIGTERM");
}

TEST_F(StartupTest, WaitsForWhatBecomesReadyByItself) {
  Startup startup(1min, log_, signals_);
  const auto ready = succeeds_at(3);
  EXPECT_TRUE(startup.await_ready([&]() -> Result<void> {
    if (const auto result = ready(); !result) return result.error();
    return {};
  }));
  EXPECT_EQ(tries_, 3);
}

TEST_F(StartupTest, GivesWhatBecomesReadyByItselfAChanceWithoutATimeout) {
  Startup startup(0ms, log_, signals_);
  const auto ready = startup.await_ready([this]() -> Result<void> {
    ++tries_;
    return unavailable("The queue connects.");
  });
  EXPECT_EQ(ready.error().message, "The queue connects.");
  EXPECT_GT(tries_, 1);
  EXPECT_THAT(lines_.str(), HasSubstr("The queue connects."));
}

TEST_F(StartupTest, DoesNotWaitForReadinessAfterASignal) {
  Startup startup(1min, log_, signals_);
  raise(SIGTERM);
  EXPECT_FALSE(startup.await_ready([]() -> Result<void> { return unavailable("The queue connects."); }));
  EXPECT_EQ(startup.stopped(), "SIGTERM");
}

}  // namespace
}  // namespace pollux::lifecycle
