// Independent counts that tests compare tallies with.
#pragma once

#include <cstdint>
#include <span>

#include "poll/tally.hpp"

namespace pollux::poll {

// The counts of a poll by key, recounted from every accepted vote: of each voter's votes the one with the
// largest version counts.
SelectionCounts tabulate(const PollId& poll, std::span<const QueuedVote> accepted);

// From how often selections were recorded, how often each key was.
SelectionCounts by_key(const SelectionCounts& selections);

// The sum of the counts in a tally.
std::uint64_t total(const Tally& tally);

}  // namespace pollux::poll
