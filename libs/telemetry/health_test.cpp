#include "telemetry/health.hpp"

#include <future>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux::telemetry {
namespace {

TEST(Readiness, IsReadyWhenAllChecksPass) {
  Readiness readiness;
  readiness.add("store", [] { return Result<void>(); });
  EXPECT_TRUE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "ready\nstore: ok\n");
}

TEST(Readiness, NamesTheCheckThatFails) {
  Readiness readiness;
  readiness.add("queue", [] { return Result<void>(); });
  readiness.add("store", []() -> Result<void> { return unavailable("The disk is full."); });
  EXPECT_FALSE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "not ready\nqueue: ok\nstore: The disk is full.\n");
}

TEST(Readiness, StaysNotReadyWhileDraining) {
  Readiness readiness;
  readiness.add("store", [] { return Result<void>(); });
  readiness.drain();
  EXPECT_FALSE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "not ready\ndrain: The service is about to stop.\nstore: ok\n");
}

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Liveness, DetectsAHangingIoThreadAndItsRecovery) {
  IoThreads threads(2);
  threads.start();
  Liveness liveness(20ms);
  liveness.watch("io thread", threads);
  EXPECT_TRUE(eventually([&] { return liveness.check().has_value(); }));

  std::promise<void> go_on;
  boost::asio::post(threads.context(1), [hang = go_on.get_future().share()] { hang.wait(); });
  // On a busy machine the other thread may be late as well, for a while.
  EXPECT_TRUE(eventually([&] {
    const auto checked = liveness.check();
    return !checked && checked.error().message.find("\"io thread 1\"") != std::string::npos;
  }));
  go_on.set_value();
  EXPECT_TRUE(eventually([&] { return liveness.check().has_value(); }));
}

TEST(Liveness, DetectsALoopThatDoesNotBeat) {
  Heartbeat heartbeat;
  Liveness liveness(5ms);
  liveness.watch("worker", heartbeat);
  EXPECT_TRUE(eventually([&] { return !liveness.check(); }));
  EXPECT_THAT(liveness.check().error().message, HasSubstr("\"worker\""));
  EXPECT_TRUE(eventually([&] {
    heartbeat.beat();
    return liveness.check().has_value();
  }));
}

TEST(Liveness, DoesNotReportAFinishedLoop) {
  Heartbeat heartbeat;
  Liveness liveness(0ms);
  liveness.watch("worker", heartbeat);
  EXPECT_TRUE(eventually([&] { return !liveness.check(); }));
  heartbeat.finish();
  EXPECT_TRUE(liveness.check());
}

TEST(Liveness, DoesNotReportIdleThreads) {
  IoThreads threads(1);
  threads.start();
  Liveness liveness(0ms);
  liveness.watch("io thread", threads);
  EXPECT_TRUE(liveness.check()) << "no thread has been probed before";
}

}  // namespace

}  // namespace pollux::telemetry
