// What stores do with a batch before they write it.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::store {

// The newest vote of each voter and poll, in the order of poll and voter, byte by byte: neighbours share
// pages, and two writers that lock rows in one order never wait for each other in a circle. The pointers lead
// into `batch`. A version of 2^63 or more, which a column can't hold, is `invalid`.
Result<std::vector<const poll::QueuedVote*>> newest_votes(std::span<const poll::QueuedVote> batch);

}  // namespace pollux::store
