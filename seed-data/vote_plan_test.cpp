#include "seed-data/vote_plan.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using testing::ElementsAre;

std::vector<std::size_t> first(const VotePlan& plan, std::size_t count) {
  std::vector<std::size_t> options;
  for (std::size_t vote = 0; vote < count; ++vote) options.push_back(plan.option_of(vote));
  return options;
}

std::map<std::size_t, std::size_t> counted(const std::vector<std::size_t>& options) {
  std::map<std::size_t, std::size_t> counts;
  for (const std::size_t option : options) ++counts[option];
  return counts;
}

TEST(Votes, AreReadAndWritten) {
  const auto votes = parse_votes("a=2000,b=1000").value();
  EXPECT_THAT(votes, ElementsAre(Votes{"a", 2000}, Votes{"b", 1000}));
  EXPECT_EQ(votes_text(votes), "a=2000,b=1000");
  EXPECT_THAT(parse_votes("a=0,b=1").value(), ElementsAre(Votes{"a", 0}, Votes{"b", 1}));
}

TEST(Votes, AreRejectedIfInvalid) {
  for (const char* text : {"", "a", "a=", "=5", "a=-1", "a=1.5", "a=x", "a=0", "a=1,", ",a=1", "a=1,a=2",
                           "a b=1", "a&vote=1", "a=100000001", "a=100000000,b=1"}) {
    EXPECT_FALSE(parse_votes(text)) << text;
  }
}

TEST(VotePlan, HasTheExactNumberOfVotesForEachOption) {
  const VotePlan plan({{"a", 2000}, {"b", 1000}}, 1);
  ASSERT_EQ(plan.size(), 3000U);
  EXPECT_EQ(counted(first(plan, 3000)), (std::map<std::size_t, std::size_t>{{0, 2000}, {1, 1000}}));
  EXPECT_EQ(plan.option_id(1), "b");
}

TEST(VotePlan, MixesTheOptions) {
  const VotePlan plan({{"a", 2000}, {"b", 1000}}, 1);
  const auto early = counted(first(plan, 300));
  EXPECT_NEAR(static_cast<double>(early.at(1)), 100, 40);
  EXPECT_NE(first(plan, 300), first(VotePlan({{"a", 2000}, {"b", 1000}}, 2), 300));
}

TEST(VotePlan, StartsAgainAfterTheLast) {
  const VotePlan plan({{"a", 2}, {"b", 1}}, 1);
  for (std::uint64_t vote = 0; vote < 3; ++vote) EXPECT_EQ(plan.option_of(vote), plan.option_of(vote + 3));
}

using namespace std::chrono_literals;

const Clock::time_point beginning = Clock::time_point() + 1h;

TEST(Schedule, ReturnsEachNumberOnce) {
  Schedule schedule({.votes = 2});
  schedule.begin(beginning);
  EXPECT_EQ(schedule.next(beginning)->vote, 0U);
  const auto second = schedule.next(beginning + 1h);
  EXPECT_EQ(second->vote, 1U);
  EXPECT_EQ(second->due, std::nullopt) << "without a rate a vote is due when there is a client for it";
  EXPECT_FALSE(schedule.next(beginning));
}

TEST(Schedule, KeepsTheRateRegardlessOfTheClients) {
  Schedule schedule({.votes = 5, .rate = 2});
  schedule.begin(beginning);
  for (const auto after : {0ms, 500ms, 1000ms, 1500ms, 2000ms}) {
    EXPECT_EQ(schedule.next(beginning + 1h)->due, beginning + after);
  }
  EXPECT_FALSE(schedule.next(beginning));
}

TEST(Schedule, EndsWithTheTime) {
  Schedule closed({.time = 1s});
  closed.begin(beginning);
  EXPECT_TRUE(closed.next(beginning + 999ms));
  EXPECT_FALSE(closed.next(beginning + 1s));

  Schedule open({.rate = 2, .time = 1s});
  open.begin(beginning);
  EXPECT_TRUE(open.next(beginning + 5s)) << "due in time, however late a client comes for it";
  EXPECT_TRUE(open.next(beginning + 5s));
  EXPECT_FALSE(open.next(beginning)) << "the third is due when the second is over";
}

TEST(Schedule, HandlesLargeNumbers) {
  Schedule schedule({.rate = 3});
  schedule.begin(beginning);
  std::optional<Schedule::Turn> turn;
  for (int i = 0; i <= 3'000'000; ++i) turn = schedule.next(beginning);
  EXPECT_EQ(turn->due, beginning + 1'000'000s);
}

}  // namespace

}  // namespace pollux::seed
