// A vote, and the same vote once a queue has given it its place.
#pragma once

#include <compare>
#include <cstdint>

#include "poll/identifiers.hpp"

namespace pollux::poll {

// One voter's selection in one poll. A voter may vote again: the last accepted vote is the one that counts.
struct Vote {
  PollId poll;
  VoterId voter;
  Selection selection;

  friend bool operator==(const Vote&, const Vote&) = default;
};

// The place of a vote in its queue: unique there, and larger for a vote that was accepted later. It decides
// which of a voter's votes is the last one, however often and in whatever order they are delivered. The two
// parts are those of a Redis Stream's entry id: Unix milliseconds and a number within the millisecond. Both
// are below 2^63, the largest number that a database column holds; {0, 0} is before every vote.
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

}  // namespace pollux::poll
