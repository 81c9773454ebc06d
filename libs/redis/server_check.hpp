// What kind of Redis a URL leads to, and whether Pollux can work with it.
//
// https://redis.io/docs/latest/commands/info/
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "redis/reply.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// The value of a field in a reply to INFO ("redis_mode", "maxmemory_policy"), or empty.
std::string_view info_field(std::string_view info, std::string_view name);

// For a start: whether the URL makes sense, and Redis is there, lets us in and can hold our keys. `invalid`
// for what no waiting mends: options that do not fit, a Sentinel, a Redis Cluster. `unavailable` for the
// rest. A user who may not use INFO is let through. The text is a warning for the log (eviction_warning), or
// empty. Blocks, each step for the limits at most.
Result<std::string> check_server(const Url& url, SyncClient::Options limits = {});

// Whether Redis keeps what it accepted when its memory is full, from a reply to INFO that has the section
// `memory`. Not so under a policy that evicts any key (allkeys-…), once there is a limit (maxmemory). An
// error reply or a missing field counts as yes: some providers and users do not allow INFO.
//
// https://redis.io/docs/latest/develop/reference/eviction/
Result<void> check_eviction(const Url& url, const Reply& info);

// What is to be said of a policy other than noeviction under which no vote is lost: volatile-… evicts only
// keys with a time to live, which ours have not, and none is evicted while maxmemory is 0. Empty otherwise.
std::string eviction_warning(const Url& url, std::string_view info);

}  // namespace pollux::redis
