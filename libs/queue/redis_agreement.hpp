// What all vote services agree on through Redis: the key that signs the voters' cookies, so that a voter is
// the same one to each of them, and the definition of each run, so that no two of them ask different things.
// Workers copy the definitions to the database, where the result services compare them with theirs.
// docs/adr/0025-votes-belong-to-a-run.md lists all places that compare definitions.
//
// Every function blocks, for the client's limits at most.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// The voter key, as hexadecimal digits in lower case.
inline constexpr std::string_view voter_key_key = "pollux:voter-key";

inline constexpr std::size_t voter_key_bytes = 32;
using VoterKey = std::array<std::uint8_t, voter_key_bytes>;

// The key in Redis. If there is none, stores the candidate; concurrent callers get the same key.
Result<VoterKey> share_voter_key(const redis::Url& url, const VoterKey& candidate,
                                 redis::SyncClient::Options limits = {});

// Restores the key of a running service if Redis has lost it, so that the next service to start gets it: true
// if it was restored, false if it was there. A different key, or something that is no key, is an `invalid`
// error, which contains no key.
Result<bool> keep_voter_key(redis::SyncClient& client, const VoterKey& key);

// A hash: for each poll id the question and the labels, a line each.
inline constexpr std::string_view polls_key = "pollux:polls";

inline constexpr std::size_t max_polls_read = 10'000;

// At the start of a service: registers the definition of the poll, whose id is that of a run. Returns the
// definition that was registered before, or the poll's own if there was none. A previous one that differs is
// replaced if the difference is a small correction or `keep` is set; otherwise the error (`invalid`) says
// what the other services ask.
Result<poll::PollDefinition> register_poll(redis::SyncClient& client, const poll::Poll& poll, bool keep);

// For a running service: registers `known` for the run if nothing is registered, and never replaces anything,
// so that services with two wordings do not alternate. Returns what is registered afterwards; `invalid` if
// that is no definition.
Result<poll::PollDefinition> keep_poll_registered(redis::SyncClient& client, const poll::PollId& run,
                                                  const poll::PollDefinition& known);

// All registered definitions. Skips entries that no version of Pollux wrote.
Result<poll::PollDefinitions> registered_polls(redis::SyncClient& client);

}  // namespace pollux::queue
