// The settings of the connections to Redis and the database.
#pragma once

#include "config/settings.hpp"
#include "postgres/url.hpp"
#include "redis/url.hpp"

namespace pollux::config {

// In both functions `url` outlives the settings, holds the default when it is declared, and is assigned by
// Settings::read(). Each setting is validated alone. A password of its own overrides that of the URL, in
// any order, and neither is shown in messages.

// Declares redis-url, redis-password, redis-ca-file, redis-certificate-file, redis-key-file and
// redis-server-name in the group "Redis". Whether they fit together (a certificate needs its key, TLS
// settings a rediss:// URL) is checked by redis::check_server().
void declare_redis(Settings& settings, redis::Url& url);

// postgresql://127.0.0.1/pollux
postgres::Url default_database();

// Declares database-url and database-password in the group "Database". --help shows default_database() as the
// default, so `url` must hold that.
void declare_database(Settings& settings, postgres::Url& url);

}  // namespace pollux::config
