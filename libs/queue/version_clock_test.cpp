#include "queue/version_clock.hpp"

#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

std::chrono::system_clock::time_point at(std::int64_t milliseconds) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

TEST(VersionClock, CountsWithinAMillisecond) {
  VersionClock clock({0, 0});
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{1000, 0}));
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{1000, 1}));
  EXPECT_EQ(clock.next(at(1001)), (poll::Version{1001, 0}));
}

TEST(VersionClock, NeverGoesBackWithTheSystemsClock) {
  VersionClock clock({0, 0});
  clock.next(at(2000));
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{2000, 1}));
  EXPECT_EQ(clock.next(at(-5)), (poll::Version{2000, 2}));
}

TEST(VersionClock, StartsAfterTheLastVersionGivenBefore) {
  EXPECT_EQ(VersionClock({5000, 7}).next(at(4000)), (poll::Version{5000, 8}));
  EXPECT_EQ(VersionClock({5000, 7}).next(at(5000)), (poll::Version{5000, 8}));
  EXPECT_EQ(VersionClock({5000, 7}).next(at(6000)), (poll::Version{6000, 0}));
}

}  // namespace
}  // namespace pollux::queue
