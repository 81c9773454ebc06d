#include "base/threads.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux {
namespace {

using namespace std::chrono_literals;

TEST(Timer, FiresOnceAfterItsDelay) {
  std::atomic<int> fired = 0;
  const Timer timer(1ms, [&] { ++fired; });
  EXPECT_TRUE(eventually([&] { return fired == 1; }));
}

TEST(Timer, IsCancelledByItsDestructor) {
  std::atomic<int> fired = 0;
  {
    const Timer timer(1h, [&] { ++fired; });
  }
  EXPECT_EQ(fired, 0);
}

TEST(Periodic, CallsAtOnceAndAgain) {
  std::atomic<int> calls = 0;
  const Periodic periodic(1ms, [&] { ++calls; });
  EXPECT_TRUE(eventually([&] { return calls >= 2; }));
}

TEST(Heartbeat, IsSilentFromTheLastBeatUntilItFinishes) {
  Heartbeat heartbeat;
  EXPECT_TRUE(eventually([&] { return heartbeat.silence() > 0ms; }));
  heartbeat.finish();
  EXPECT_EQ(heartbeat.silence(), 0ms);
}

}  // namespace
}  // namespace pollux
