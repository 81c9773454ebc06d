#include "seed-data/schedule.hpp"

#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

const Clock::time_point start = Clock::time_point() + 1h;

TEST(Schedule, HandsOutEachNumberOnceAndThenNothing) {
  Schedule schedule({.votes = 2});
  schedule.begin(start);
  EXPECT_EQ(schedule.next(start)->vote, 0U);
  const auto second = schedule.next(start + 1h);
  EXPECT_EQ(second->vote, 1U);
  EXPECT_EQ(second->due, std::nullopt) << "without a rate a vote is due when there is a client for it";
  EXPECT_FALSE(schedule.next(start));
}

TEST(Schedule, KeepsTheRateWhateverTheClientsDo) {
  Schedule schedule({.votes = 5, .rate = 2});
  schedule.begin(start);
  for (const auto after : {0ms, 500ms, 1000ms, 1500ms, 2000ms}) {
    EXPECT_EQ(schedule.next(start + 1h)->due, start + after);
  }
  EXPECT_FALSE(schedule.next(start));
}

TEST(Schedule, EndsWithTheTime) {
  Schedule closed({.time = 1s});
  closed.begin(start);
  EXPECT_TRUE(closed.next(start + 999ms));
  EXPECT_FALSE(closed.next(start + 1s));

  Schedule open({.rate = 2, .time = 1s});
  open.begin(start);
  EXPECT_TRUE(open.next(start + 5s)) << "due in time, however late a client comes for it";
  EXPECT_TRUE(open.next(start + 5s));
  EXPECT_FALSE(open.next(start)) << "the third is due when the second is over";
}

TEST(Schedule, CountsFarWithoutLosingItsPlace) {
  Schedule schedule({.rate = 3});
  schedule.begin(start);
  std::optional<Schedule::Turn> turn;
  for (int i = 0; i <= 3'000'000; ++i) turn = schedule.next(start);
  EXPECT_EQ(turn->due, start + 1'000'000s);
}

}  // namespace
}  // namespace pollux::seed
