#pragma once

#include "redis/url.hpp"
#include "service/settings.hpp"

namespace pollux {

// Declares `redis-url`, `redis-password` and the settings of TLS in the group "Redis"; all of them end up in
// `url`, whose content is the default. Whether they fit together is checked by redis::check_server().
void declare_redis(Settings& settings, redis::Url& url);

}  // namespace pollux
