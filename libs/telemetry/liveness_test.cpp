#include "telemetry/liveness.hpp"

#include <future>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux::telemetry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Liveness, FindsAnIoThreadThatHangsAndSeesItGoOn) {
  IoThreads threads(2);
  threads.start();
  Liveness liveness(20ms);
  liveness.watch("io thread", threads);
  EXPECT_TRUE(eventually([&] { return liveness.check().has_value(); }));

  std::promise<void> go_on;
  boost::asio::post(threads.context(1), [hang = go_on.get_future().share()] { hang.wait(); });
  EXPECT_TRUE(eventually([&] { return !liveness.check(); }));
  EXPECT_THAT(liveness.check().error().message, HasSubstr("\"io thread 1\""));
  go_on.set_value();
  EXPECT_TRUE(eventually([&] { return liveness.check().has_value(); }));
}

TEST(Liveness, FindsALoopThatDoesNotBeat) {
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

TEST(Liveness, TakesALoopThatHasFinishedForNoneThatHangs) {
  Heartbeat heartbeat;
  Liveness liveness(0ms);
  liveness.watch("worker", heartbeat);
  EXPECT_TRUE(eventually([&] { return !liveness.check(); }));
  heartbeat.finish();
  EXPECT_TRUE(liveness.check());
}

TEST(Liveness, LeavesThreadsInPeaceThatHaveNothingToDo) {
  IoThreads threads(1);
  threads.start();
  Liveness liveness(0ms);
  liveness.watch("io thread", threads);
  EXPECT_TRUE(liveness.check()) << "nobody has been asked before";
}

}  // namespace
}  // namespace pollux::telemetry
