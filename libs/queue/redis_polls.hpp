// What people are asked, as the vote services agree on it through Redis: the hash pollux:polls has for each
// poll id the question and the labels, a line each. Workers copy it to the database, where the result
// services compare it with theirs.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

inline constexpr std::size_t max_polls_read = 10'000;

// For the start of a service: registers the definition of the poll, whose id is that of a run, if none is
// there, atomically. Gives the one that was there before; where it is the same but for a small correction, or
// `keep` is set, it is replaced. Otherwise the error (`invalid`) says what the others ask. Blocks, for the
// client's limits at most.
Result<poll::PollDefinition> register_poll(redis::SyncClient& client, const poll::Poll& poll, bool keep);

// For a running service: registers `known` for the run if nothing is there, and replaces nothing, so that
// services with two wordings do not take turns. Gives what is there afterwards. Something that is no
// definition is an `invalid` error. Blocks, for the client's limits at most.
Result<poll::PollDefinition> keep_poll_registered(redis::SyncClient& client, const poll::PollId& run,
                                                  const poll::PollDefinition& known);

// All that are registered. Entries that no version of ours wrote are left out.
Result<poll::PollDefinitions> registered_polls(redis::SyncClient& client);

}  // namespace pollux::queue
