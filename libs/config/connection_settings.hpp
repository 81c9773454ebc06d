// The settings of the connections to Redis and the database.
#pragma once

#include "config/settings.hpp"
#include "postgres/url.hpp"
#include "redis/url.hpp"

namespace pollux::config {

// Declares `redis-url`, `redis-password` and the TLS settings in the group "Redis"; all of them set `url`,
// whose value is the default. redis::check_server() validates the combination.
void declare_redis(Settings& settings, redis::Url& url);

// The default database.
postgres::Url default_database();

// Declares `database-url` and `database-password` in the group "Database". The value of `url` is the default.
void declare_database(Settings& settings, postgres::Url& url);

}  // namespace pollux::config
