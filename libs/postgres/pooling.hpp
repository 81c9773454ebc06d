// Whether a pool stands between us and the server that gives each transaction another connection.
#pragma once

#include "base/result.hpp"
#include "postgres/connection.hpp"
#include "postgres/url.hpp"
#include "postgres/wait_limit.hpp"

namespace pollux {

// A connection that keeps its server process, as prepared statements, advisory locks and LISTEN need it. For
// the start of a program and for commands; PostgresSession opens the connections after that.
//
// The error is `invalid` where a pool such as pgbouncer shares its connections by transaction or statement:
// then sessions seem to work and lose votes' notifications and locks later. It is judged by what happens: a
// pool announces another process than the server's, and then a second connection gets the first one's
// process, or the first one's changes. In session pooling neither happens. Costs one statement where no pool
// is there.
Result<PostgresConnection> open_session(const PostgresUrl& url, const WaitLimit& limit);

}  // namespace pollux
