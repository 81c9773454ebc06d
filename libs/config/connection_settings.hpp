// The settings that say where Redis and the database are, and how to log in there.
#pragma once

#include "config/settings.hpp"
#include "postgres/url.hpp"
#include "redis/url.hpp"

namespace pollux::config {

// Declares `redis-url`, `redis-password` and the settings of TLS in the group "Redis"; all of them end up in
// `url`, whose content is the default. Whether they fit together is checked by redis::check_server().
void declare_redis(Settings& settings, redis::Url& url);

// The database that the settings name by default.
postgres::Url default_database();

// Declares `database-url` and `database-password` in the group "Database". What `url` holds is the default.
void declare_database(Settings& settings, postgres::Url& url);

}  // namespace pollux::config
