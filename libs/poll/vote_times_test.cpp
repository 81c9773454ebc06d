#include "poll/vote_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Group = VoteTimes::Group;

constexpr std::uint64_t first_vote = 1'700'000'000'000;
constexpr std::uint64_t minute = 60'000;

TEST(VoteTimes, CountsEveryVoteOnce) {
  VoteTimes times;
  EXPECT_TRUE(times.empty());
  times.add(first_vote);
  times.add(first_vote);
  times.add(first_vote + 5, 3);
  times.add(first_vote + 7, 0);
  EXPECT_EQ(times.votes(), 5U);
  EXPECT_THAT(times.groups(), ElementsAre(Group{first_vote, 2}, Group{first_vote + 5, 3}));
}

TEST(VoteTimes, KeepsAFewLateVotesApartFromTheOthers) {
  VoteTimes times;
  times.add(first_vote - 30'000);
  for (std::uint64_t n = 0; n < 1000; ++n) times.add(first_vote + n % 10);
  const auto groups = times.groups();
  ASSERT_FALSE(groups.empty());
  EXPECT_EQ(groups.front(), (Group{first_vote - 30'000, 1}));
  for (std::size_t n = 1; n < groups.size(); ++n) EXPECT_GE(groups[n].oldest, first_vote);
}

// One vote for each millisecond of a minute, added in an order.
class VoteTimesInOrder : public testing::TestWithParam<std::uint64_t (*)(std::uint64_t)> {};

TEST_P(VoteTimesInOrder, NeverMakeAVoteYoungerNorTwiceAsFarFromTheNewest) {
  VoteTimes times;
  for (std::uint64_t n = 0; n <= minute; ++n) times.add(first_vote - GetParam()(n));
  EXPECT_EQ(times.votes(), minute + 1);
  const auto groups = times.groups();
  EXPECT_EQ(groups.front().oldest, first_vote - minute);
  EXPECT_LE(groups.size(), VoteTimes::max_groups);
  std::uint64_t seen = 0;
  for (std::size_t n = groups.size(); n-- > 0;) {
    // So many votes are younger than those of this group.
    EXPECT_GE(first_vote - groups[n].oldest + 1, seen + groups[n].votes) << "none became younger";
    EXPECT_LE(first_vote - groups[n].oldest, 2 * seen) << "none became much older";
    seen += groups[n].votes;
  }
}

std::uint64_t ascending(std::uint64_t n) {
  return minute - n;
}
std::uint64_t descending(std::uint64_t n) {
  return n;
}
std::uint64_t shuffled(std::uint64_t n) {
  return n * 7919 % (minute + 1);
}
std::uint64_t from_both_ends(std::uint64_t n) {
  return n % 2 == 0 ? n / 2 : minute - n / 2;
}
INSTANTIATE_TEST_SUITE_P(EachAge, VoteTimesInOrder,
                         testing::Values(ascending, descending, shuffled, from_both_ends));

TEST(VoteTimes, OfAMonthAgoAreOneGroup) {
  VoteTimes times;
  times.add(first_vote);
  for (std::uint64_t month = 1; month <= 100; ++month) times.add(first_vote - month * 2'600'000'000);
  EXPECT_THAT(times.groups(),
              ElementsAre(Group{first_vote - 100 * 2'600'000'000, 100}, Group{first_vote, 1}));
}

TEST(VoteTimes, AreBoundedForAnyTimes) {
  VoteTimes times;
  for (int round = 0; round < 100; ++round) {
    for (int bit = 0; bit < 63; ++bit)
      times.add((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(round));
  }
  EXPECT_LE(times.groups().size(), VoteTimes::max_groups);
  EXPECT_EQ(times.votes(), 6300U);
}

TEST(VoteTimes, AreAddedToOthers) {
  VoteTimes one;
  one.add(first_vote, 2);
  VoteTimes other;
  other.add(first_vote - 8, 1);
  one.add(other);
  one.add(VoteTimes());
  EXPECT_THAT(one.groups(), ElementsAre(Group{first_vote - 8, 1}, Group{first_vote, 2}));
}

TEST(VoteTimes, OfABatchAreThoseOfOnePoll) {
  const auto queued = [](std::uint64_t time, std::string_view poll) {
    return QueuedVote{
        {time, 0},
        {PollId::parse(poll).value(), VoterId::parse("ann").value(), Selection::parse("a").value()}};
  };
  const std::vector batch{queued(first_vote, "pets"), queued(first_vote + 1, "food"),
                          queued(first_vote + 2, "pets")};
  EXPECT_THAT(times_of(batch, PollId::parse("food").value()).groups(), ElementsAre(Group{first_vote + 1, 1}));
  EXPECT_THAT(times_of(batch, PollId::parse("pets").value()).groups(), SizeIs(2));
  EXPECT_TRUE(times_of(batch, PollId::parse("none").value()).empty());
}

}  // namespace
}  // namespace pollux::poll
