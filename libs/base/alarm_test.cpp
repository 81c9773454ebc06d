#include "base/alarm.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux {
namespace {

using namespace std::chrono_literals;

TEST(Alarm, RingsAfterItsDelay) {
  std::atomic<int> rung = 0;
  const Alarm alarm(1ms, [&] { ++rung; });
  EXPECT_TRUE(eventually([&] { return rung == 1; }));
}

TEST(Alarm, DoesNotRingOnceItIsGone) {
  std::atomic<int> rung = 0;
  {
    const Alarm alarm(1h, [&] { ++rung; });
  }
  EXPECT_EQ(rung, 0);
}

}  // namespace
}  // namespace pollux
