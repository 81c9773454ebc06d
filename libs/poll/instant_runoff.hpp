// Instant-runoff voting, round by round.
//
// In each round, a ballot counts for the option that it ranks highest among the remaining ones; a ballot that
// ranks none of them is exhausted. An option with more than half of the ballots that are not exhausted wins.
// Otherwise the option with the fewest ballots is eliminated, and the next round begins.
//
// Ties. If several options have the fewest ballots, the one that had fewer in the latest earlier round in
// which they differ is eliminated, as in the Scottish Local Government Elections Order 2007 (SSI 2007/42,
// schedule 1, rule 50). If they never differed, that order draws lots; here the option that comes last in the
// question is eliminated, so that counting again gives the same result. Each round names its tie and what
// decided it, so that people can decide otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pollux::poll {

// Equal rankings. Options are numbered from 0, in the order of the question.
struct RankedBallots {
  std::vector<std::size_t> ranking;  // best first, each option at most once, not empty
  std::uint64_t count = 0;
};

struct RunoffRound {
  // Of each option, by its number; none if it was eliminated before.
  std::vector<std::optional<std::uint64_t>> counts;
  std::uint64_t exhausted = 0;
  std::optional<std::size_t> eliminated;  // none in the last round
  std::vector<std::size_t> tied;          // the options with the fewest ballots, if there are several
  // Of a tie: the round, from 1, in which the eliminated option had fewer; none: its place in the question.
  std::optional<std::size_t> decided_by_round;

  friend bool operator==(const RunoffRound&, const RunoffRound&) = default;
};

struct Runoff {
  std::vector<RunoffRound> rounds;    // empty without ballots
  std::optional<std::size_t> winner;  // none without ballots

  friend bool operator==(const Runoff&, const Runoff&) = default;
};

Runoff run_off(std::size_t options, std::span<const RankedBallots> ballots);

}  // namespace pollux::poll
