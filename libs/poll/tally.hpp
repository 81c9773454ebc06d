// Counting, apart from input and output. A tally counts distinct selections; what a poll makes of the counts
// is derived from them (results.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

using SelectionCounts = std::map<Selection, std::uint64_t>;  // never holds a zero

// The counts of one poll at one moment. The version grows with each change, so of two tallies of a poll the
// one with the larger version is the newer; 0 is the tally before the first vote.
struct Tally {
  PollId poll;
  std::uint64_t version = 0;
  SelectionCounts counts;

  std::uint64_t count(const Selection& selection) const;
  std::uint64_t total() const;

  friend bool operator==(const Tally&, const Tally&) = default;
};

// How a batch of recorded votes changes the counts of one poll.
class TallyChange {
 public:
  // A voter's recorded selection went from `previous` (nothing: the first vote) to `current`.
  void replace(const std::optional<Selection>& previous, const Selection& current);

  bool empty() const;
  // The changes by selection, none of them zero.
  std::map<Selection, std::int64_t> deltas() const;
  // Where a count would fall below zero the counts stay as they were and the error is `internal`: they were
  // not the counts that the change is of, so what was kept of them is damaged.
  Result<void> apply_to(SelectionCounts& counts) const;

 private:
  std::map<Selection, std::int64_t> deltas_;
};

// The counts of one poll by going through every accepted vote: of each voter's votes the one with the largest
// version counts. Votes of other polls are left out; order and repetition change nothing. What every store's
// tally must equal.
SelectionCounts tabulate(const PollId& poll, std::span<const QueuedVote> accepted);

}  // namespace pollux::poll
