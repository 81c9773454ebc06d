// Counting votes, and the results that are shown. No input or output.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/poll.hpp"
#include "poll/vote.hpp"
#include "tracing/span_context.hpp"

namespace pollux::poll {

using SelectionCounts = std::map<Selection, std::uint64_t>;  // never holds a zero

// The counts of one poll at one moment. The version grows with each change; 0 is the tally before the first
// vote.
struct Tally {
  PollId poll;
  std::uint64_t version = 0;
  SelectionCounts counts;
  tracing::SpanContext trace{};  // of the step that announced it; no part of what the tally is

  std::uint64_t count(const Selection& selection) const;

  friend bool operator==(const Tally& left, const Tally& right) {
    return left.poll == right.poll && left.version == right.version && left.counts == right.counts;
  }
};

// How a batch of recorded votes changes the counts of one poll.
class TallyChange {
 public:
  // A voter's recorded selection changed from `previous` (none: the first vote) to `current`.
  void replace(const std::optional<Selection>& previous, const Selection& current);

  bool empty() const;
  // The changes by selection, none of them zero.
  std::map<Selection, std::int64_t> deltas() const;
  // If a count would fall below zero, leaves the counts unchanged and fails with `internal`: the stored
  // counts are damaged.
  Result<void> apply_to(SelectionCounts& counts) const;

 private:
  std::map<Selection, std::int64_t> deltas_;
};

struct OptionResult {
  Option option;
  std::uint64_t count = 0;

  friend bool operator==(const OptionResult&, const OptionResult&) = default;
};

// What viewers are shown: the options of a poll in order, each with its label and count in a tally.
struct Results {
  PollId poll;
  std::uint64_t version = 0;
  std::string question;
  std::vector<OptionResult> options;
  std::uint64_t total = 0;  // of the options above

  friend bool operator==(const Results&, const Results&) = default;
};

// Omits counts of selections that the poll does not have (recorded under other options).
Results make_results(const Poll& poll, const Tally& tally);

}  // namespace pollux::poll
