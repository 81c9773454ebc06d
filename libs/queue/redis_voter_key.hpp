// The key with which voters' cookies are signed, shared by all vote services through Redis: a voter is the
// same one whichever of them answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::queue {

inline constexpr std::size_t voter_key_bytes = 32;
using VoterKey = std::array<std::uint8_t, voter_key_bytes>;

// The key that is in Redis; where there is none, the candidate, which is there from now on. All who ask get
// the same key. It is kept as long as Redis keeps its data. Blocks, for the limits at most.
Result<VoterKey> share_voter_key(const redis::Url& url, const VoterKey& candidate,
                                 redis::SyncClient::Options limits = {});

// Puts the key of a running service back where Redis has lost it, so that the next service to start gets it:
// true where it was put back, false where it was there. Another key, or something that is no key, is an
// `invalid` error, which contains no key. Blocks, for the client's limits at most.
Result<bool> keep_voter_key(redis::SyncClient& client, const VoterKey& key);

}  // namespace pollux::queue
