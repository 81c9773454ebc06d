// Counting votes by the keys of their selections (selection_keys.hpp). No input or output.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "tracing/span_context.hpp"

namespace pollux::poll {

using SelectionCounts = std::map<Selection, std::uint64_t>;  // by key; never holds a zero

std::uint64_t count_in(const SelectionCounts& counts, std::string_view key);  // 0 for an invalid key, too

// The counts of one poll at one moment. The version grows with each change; 0 is the tally before the first
// vote.
struct Tally {
  PollId poll;
  std::uint64_t version = 0;
  SelectionCounts counts;
  tracing::SpanContext trace{};    // of the step that announced it; no part of what the tally is
  std::uint64_t omitted_keys = 0;  // how many keys have votes but are not in `counts` (TallyReader)

  friend bool operator==(const Tally& left, const Tally& right) {
    return left.poll == right.poll && left.version == right.version && left.counts == right.counts &&
           left.omitted_keys == right.omitted_keys;
  }
};

// How a batch of recorded votes changes the counts of one poll.
class TallyChange {
 public:
  // A voter's recorded selection changed from `previous` (none: the first vote) to `current`: counts the keys
  // of one less and those of the other more.
  void replace(const std::optional<Selection>& previous, const Selection& current);

  bool empty() const;
  // The changes by key, none of them zero.
  std::map<Selection, std::int64_t> deltas() const;
  // If a count would fall below zero, leaves the counts unchanged and fails with `internal`: the stored
  // counts are damaged.
  Result<void> apply_to(SelectionCounts& counts) const;

 private:
  void add(const Selection& selection, std::int64_t votes);

  std::map<Selection, std::int64_t> deltas_;
};

}  // namespace pollux::poll
