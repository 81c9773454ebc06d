// Whether Pollux can work with the Redis at a URL.
//
// https://redis.io/docs/latest/commands/info/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "redis/protocol.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// The value of a field in a reply to INFO ("redis_mode", "maxmemory_policy"), or empty.
std::string_view info_field(std::string_view info, std::string_view name);

// What Redis reports about its memory; nothing of what it does not report.
struct Memory {
  std::optional<std::uint64_t> used_bytes;
  std::optional<std::uint64_t> max_bytes;  // 0: no limit
  std::optional<bool> noeviction;          // whether that is the maxmemory-policy
};

// From a reply to INFO that has the section `memory`, or an error reply.
Memory memory_of(const Reply& info);

// At start-up: whether the URL is consistent and Redis is reachable, accepts the login and can hold our keys.
// `invalid` if waiting does not help: inconsistent options, a Sentinel, a Redis Cluster. `unavailable`
// otherwise. A user who may not run INFO passes. The result is a warning for the log (eviction_warning), or
// empty. Blocks, for each step up to the limits.
Result<std::string> check_server(const Url& url, SyncClient::Options limits = {});

// Whether Redis keeps what it accepted when its memory is full, from a reply to INFO that has the section
// `memory`. It does not under a policy that evicts any key (allkeys-…) once there is a limit (maxmemory). An
// error reply or a missing field counts as yes: some providers and users do not allow INFO.
//
// https://redis.io/docs/latest/develop/reference/eviction/
Result<void> keeps_data_when_full(const Url& url, const Reply& info);

// The warning for a policy other than noeviction under which no vote is lost: volatile-… evicts only keys
// with a time to live, which votes do not have, and nothing is evicted while maxmemory is 0. Else empty.
std::string eviction_warning(const Url& url, std::string_view info);

}  // namespace pollux::redis
