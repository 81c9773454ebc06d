// The command that appends a vote to its stream in Redis, and what its reply means.
#pragma once

#include <string>
#include <string_view>

#include "poll/vote.hpp"
#include "poll/vote_rejection.hpp"
#include "redis/protocol.hpp"

namespace pollux::queue {

// A vote for a poll with a gate is appended by one of the scripts of redis_vote_gates.hpp, any other by a
// plain XADD. `traceparent` is that of the span that queues the vote; empty: the vote is not sampled.
redis::EncodedCommand append_vote(const poll::Vote& vote, const std::string& stream,
                                  std::string_view traceparent = {});

// The version of the vote, which is the id of its entry; or why it was not appended. Not for error replies.
poll::VoteResult outcome_of_append(const redis::Reply& reply);

}  // namespace pollux::queue
