#include "poll/instant_runoff.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using Ballots = std::vector<RankedBallots>;
using Counts = std::vector<std::optional<std::uint64_t>>;

constexpr std::size_t a = 0, b = 1, c = 2, d = 3;

TEST(InstantRunoff, HasNoWinnerWithoutBallots) {
  EXPECT_EQ(run_off(3, Ballots{}), Runoff{});
  EXPECT_EQ(run_off(3, Ballots{{{a}, 0}}), Runoff{});
}

TEST(InstantRunoff, EndsWithAMajority) {
  const Runoff runoff = run_off(3, Ballots{{{b, a}, 3}, {{a}, 2}});
  ASSERT_EQ(runoff.rounds.size(), 1U);
  EXPECT_EQ(runoff.winner, b);
  EXPECT_EQ(runoff.rounds[0].counts, (Counts{2, 3, 0}));
  EXPECT_FALSE(runoff.rounds[0].eliminated);
}

// The capital of Tennessee, an example of many textbooks.
TEST(InstantRunoff, TransfersTheBallotsOfEliminatedOptions) {
  const Runoff runoff =
      run_off(4, Ballots{{{a, b, c, d}, 42}, {{b, c, d, a}, 26}, {{c, d, b, a}, 15}, {{d, c, b, a}, 17}});
  ASSERT_EQ(runoff.rounds.size(), 3U);
  EXPECT_EQ(runoff.rounds[0].counts, (Counts{42, 26, 15, 17}));
  EXPECT_EQ(runoff.rounds[0].eliminated, c);
  EXPECT_EQ(runoff.rounds[1].counts, (Counts{42, 26, std::nullopt, 32}));
  EXPECT_EQ(runoff.rounds[1].eliminated, b);
  EXPECT_EQ(runoff.rounds[2].counts, (Counts{42, std::nullopt, std::nullopt, 58}));
  EXPECT_EQ(runoff.winner, d);
}

TEST(InstantRunoff, CountsExhaustedBallots) {
  const Runoff runoff = run_off(3, Ballots{{{a}, 4}, {{b}, 3}, {{c}, 2}, {{c, b}, 1}});
  ASSERT_EQ(runoff.rounds.size(), 3U);
  EXPECT_EQ(runoff.rounds[1].exhausted, 2U);
  EXPECT_EQ(runoff.rounds[1].counts, (Counts{4, 4, std::nullopt}));
  EXPECT_EQ(runoff.rounds[1].tied, (std::vector{a, b}));
}

TEST(InstantRunoff, DecidesATieByTheLatestRoundWithADifference) {
  // In the second round, a and b are tied; b had fewer in the first one.
  const Runoff runoff = run_off(3, Ballots{{{a}, 4}, {{b}, 3}, {{c}, 2}, {{c, b}, 1}});
  EXPECT_EQ(runoff.rounds[1].eliminated, b);
  EXPECT_EQ(runoff.rounds[1].decided_by_round, 1U);
  EXPECT_EQ(runoff.rounds[0].tied, (std::vector{b, c}));
  EXPECT_EQ(runoff.winner, a);
}

TEST(InstantRunoff, DecidesATieWithoutAnyDifferenceByThePlaceInTheQuestion) {
  const Runoff runoff = run_off(3, Ballots{{{a}, 5}, {{b}, 5}});
  EXPECT_EQ(runoff.rounds[0].eliminated, c);
  EXPECT_TRUE(runoff.rounds[0].tied.empty());
  EXPECT_EQ(runoff.rounds[1].tied, (std::vector{a, b}));
  EXPECT_EQ(runoff.rounds[1].eliminated, b);
  EXPECT_FALSE(runoff.rounds[1].decided_by_round);
  EXPECT_EQ(runoff.winner, a);
  EXPECT_EQ(runoff.rounds.back().exhausted, 5U);
}

}  // namespace
}  // namespace pollux::poll
