// Translates PostgreSQL's errors into ours: a code for the caller, and a message that says what to do.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"

struct pg_conn;

namespace pollux::postgres {

// `sql_state` is one of https://www.postgresql.org/docs/15/errcodes-appendix.html, or empty if the server did
// not answer. `database_name` is Url::text(). `detail` is the message of the server or of libpq, quoted if
// there is no message of our own.
//
// `unavailable`: the same call may succeed later. The server is down, full or busy, or its owner has to
// change something there (password, privilege, missing database). `invalid`: the data are wrong. Otherwise
// `internal`.
Error error_of(std::string_view sql_state, std::string_view database_name, std::string_view detail);

// libpq's current error on this connection. `sql_state`, unless null, receives the SQLSTATE.
Error connection_failure(pg_conn* connection, const Url& url, std::string* sql_state = nullptr);

// A call that ended with its limit.
Error wait_ended(Wake wake, const Url& url);

}  // namespace pollux::postgres
