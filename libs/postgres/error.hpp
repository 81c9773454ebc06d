// What PostgreSQL's errors mean to people and to the code that handles them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux {

// `sql_state` is one of https://www.postgresql.org/docs/15/errcodes-appendix.html, or empty where the server
// did not answer; `database_name` names the database (PostgresUrl::text()) and `detail` is the server's or
// libpq's own message, for what we have no sentence of our own for.
//
// `unavailable` is everything that the same call may outlive: a server that is down, full or busy, and what
// its owner has to set right there (a password, a right, a missing database). `invalid` is what the data are
// to blame for. All else is `internal`.
Error postgres_error(std::string_view sql_state, std::string_view database_name, std::string_view detail);

}  // namespace pollux
