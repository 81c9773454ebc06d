#pragma once

#include "base/result.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// Whether Redis is there and lets us in: for a start, which should fail over a wrong URL or password. Blocks,
// for the limits at most.
Result<void> ping(const Url& url, SyncClient::Options limits = {});

}  // namespace pollux::redis
