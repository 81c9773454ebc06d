#include "worker/worker_monitor.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::worker {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class WorkerMonitorTest : public testing::Test {
 protected:
  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
  WorkerMonitor monitor_{metrics_, log_};
  Worker::Events events_ = monitor_.events();
};

TEST_F(WorkerMonitorTest, CountsWhatIsRecorded) {
  events_.recorded(3, 2ms);
  events_.recorded(2, 1ms);
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_recorded_total 5"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_commit_seconds_count 2"));
}

TEST_F(WorkerMonitorTest, IsUnwellFromAFailureUntilABatchIsRecorded) {
  EXPECT_TRUE(monitor_.check());
  events_.store_failed(unavailable("The disk is full."));
  ASSERT_FALSE(monitor_.check());
  EXPECT_EQ(monitor_.check().error().message, "The disk is full.");
  events_.recorded(1, 1ms);
  EXPECT_TRUE(monitor_.check());
  EXPECT_THAT(logged_.str(), HasSubstr("The disk is full."));
  EXPECT_THAT(logged_.str(), HasSubstr("Votes can be recorded again."));
}

TEST_F(WorkerMonitorTest, IsWellAgainOnceTheStoreCouldRecord) {
  events_.store_failed({ErrorCode::internal, "The database is damaged."});
  ASSERT_FALSE(monitor_.check());
  events_.store_recovered();
  EXPECT_TRUE(monitor_.check());
}

TEST_F(WorkerMonitorTest, CountsWhatIsGivenBack) {
  events_.released(7, unavailable("The disk is full."));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_released_total 7"));
}

}  // namespace
}  // namespace pollux::worker
