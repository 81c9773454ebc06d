#pragma once

#include "redis/url.hpp"
#include "service/settings.hpp"

namespace pollux {

// Declares `redis-url` in the group "Redis". What `url` holds is the default.
void declare_redis(Settings& settings, redis::Url& url);

}  // namespace pollux
