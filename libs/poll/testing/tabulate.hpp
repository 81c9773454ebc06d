// Independent counts that tests compare tallies with.
#pragma once

#include <cstdint>
#include <span>

#include "poll/tally.hpp"

namespace pollux::poll {

// The counts of a poll, recounted from every accepted vote: of each voter's votes the one with the largest
// version counts.
SelectionCounts tabulate(const PollId& poll, std::span<const QueuedVote> accepted);

// The number of votes in a tally.
std::uint64_t total(const Tally& tally);

}  // namespace pollux::poll
