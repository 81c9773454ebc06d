// A vote: the ids that it carries, and its place in the queue.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bounded_text.hpp"
#include "base/result.hpp"
#include "tracing/span_context.hpp"

namespace pollux::poll {

struct PollIdTag {
  static constexpr std::string_view name = "poll id";
};
using PollId = BoundedText<PollIdTag, 64>;

// Identifies a voter, regardless of how: today by a cookie or the form of a page.
struct VoterIdTag {
  static constexpr std::string_view name = "voter id";
};
using VoterId = BoundedText<VoterIdTag, 255>;

// What a voter selected. Opaque to all code that carries, records and counts it; only a Poll interprets it
// (today as the id of one of its options).
struct SelectionTag {
  static constexpr std::string_view name = "selection";
};
using Selection = BoundedText<SelectionTag, 255>;

// One voter's selection in one poll. A later vote of the same voter replaces it, unless that one is `once`.
struct Vote {
  PollId poll;
  VoterId voter;
  Selection selection;
  tracing::SpanContext trace{};  // of the step that passed it on; no part of what the vote is
  bool once = false;             // it replaces no earlier vote of the voter: such votes can't be changed

  friend bool operator==(const Vote& left, const Vote& right) {
    return left.poll == right.poll && left.voter == right.voter && left.selection == right.selection &&
           left.once == right.once;
  }
};

// The place of a vote in its queue: unique, and larger for a vote that was accepted later. Of a voter's votes
// the one with the largest version counts (of those that are `once`, the one with the smallest), regardless
// of the number and order of deliveries. The parts are
// those of a Redis stream entry's id: Unix time in milliseconds, and a number within the millisecond. Both
// are below 2^63, the limit of a database column. {0, 0} precedes every vote.
struct Version {
  std::uint64_t time = 0;
  std::uint64_t sequence = 0;

  friend auto operator<=>(const Version&, const Version&) = default;
};

struct QueuedVote {
  Version version;
  Vote vote;

  friend bool operator==(const QueuedVote&, const QueuedVote&) = default;
};

// The vote of each voter in each poll that is left if the votes replace each other in the order of their
// versions. Sorted by poll and voter, byte by byte: neighbors share database pages, and writers that lock
// rows in one order do not deadlock. The pointers refer to `batch`. A version of 2^63 or more is `invalid`.
Result<std::vector<const QueuedVote*>> remaining_votes(std::span<const QueuedVote> batch);

}  // namespace pollux::poll
