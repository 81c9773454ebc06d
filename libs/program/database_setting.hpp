#pragma once

#include "postgres/url.hpp"
#include "service/settings.hpp"

namespace pollux {

// What stands in the settings where nobody gave any.
PostgresUrl default_database();

// Declares `database-url` and `database-password` in the group "Database". What `url` holds is the default.
void declare_database(Settings& settings, PostgresUrl& url);

}  // namespace pollux
