#include "poll/instant_runoff.hpp"

#include <algorithm>
#include <utility>

namespace pollux::poll {
namespace {

using Rounds = std::vector<RunoffRound>;

RunoffRound count_round(const std::vector<bool>& remaining, std::span<const RankedBallots> ballots) {
  RunoffRound round;
  for (const bool remains : remaining) {
    round.counts.push_back(remains ? std::optional<std::uint64_t>(0) : std::nullopt);
  }
  for (const RankedBallots& ballot : ballots) {
    const auto best =
        std::ranges::find_if(ballot.ranking, [&](std::size_t option) { return remaining[option]; });
    if (best == ballot.ranking.end()) {
      round.exhausted += ballot.count;
    } else {
      *round.counts[*best] += ballot.count;
    }
  }
  return round;
}

// Those of `options` that have the fewest ballots in the round.
std::vector<std::size_t> fewest(const RunoffRound& round, const std::vector<std::size_t>& options) {
  const auto count = [&](std::size_t option) { return *round.counts[option]; };
  const std::uint64_t least = count(std::ranges::min(options, {}, count));
  std::vector<std::size_t> found;
  for (const std::size_t option : options) {
    if (count(option) == least) found.push_back(option);
  }
  return found;
}

std::vector<std::size_t> remaining_options(const RunoffRound& round) {
  std::vector<std::size_t> options;
  for (std::size_t option = 0; option < round.counts.size(); ++option) {
    if (round.counts[option]) options.push_back(option);
  }
  return options;
}

std::optional<std::size_t> majority(const RunoffRound& round) {
  std::uint64_t all = 0;
  for (const auto& count : round.counts) all += count.value_or(0);
  for (std::size_t option = 0; option < round.counts.size(); ++option) {
    const std::uint64_t count = round.counts[option].value_or(0);
    if (count > all - count) return option;
  }
  return std::nullopt;
}

// Eliminates an option in the newest round.
void eliminate(Rounds& rounds) {
  RunoffRound& newest = rounds.back();
  std::vector<std::size_t> candidates = fewest(newest, remaining_options(newest));
  if (candidates.size() > 1) newest.tied = candidates;
  for (std::size_t earlier = rounds.size() - 1; earlier > 0 && candidates.size() > 1; --earlier) {
    std::vector<std::size_t> narrowed = fewest(rounds[earlier - 1], candidates);
    if (narrowed.size() == 1) newest.decided_by_round = earlier;
    candidates = std::move(narrowed);
  }
  newest.eliminated = candidates.back();
}

}  // namespace

Runoff run_off(std::size_t options, std::span<const RankedBallots> ballots) {
  Runoff runoff;
  const bool voted =
      std::ranges::any_of(ballots, [](const RankedBallots& ballot) { return ballot.count > 0; });
  if (!voted) return runoff;
  std::vector<bool> remaining(options, true);
  while (!runoff.winner) {
    runoff.rounds.push_back(count_round(remaining, ballots));
    runoff.winner = majority(runoff.rounds.back());
    if (runoff.winner) break;
    eliminate(runoff.rounds);
    remaining[*runoff.rounds.back().eliminated] = false;
  }
  return runoff;
}

}  // namespace pollux::poll
