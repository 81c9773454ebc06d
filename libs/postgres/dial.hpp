// From a URL to a connection: which servers are tried, and for how long each.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "postgres/url.hpp"
#include "postgres/wait_limit.hpp"

struct pg_conn;

namespace pollux {

struct PostgresFinish {
  void operator()(pg_conn* connection) const;
};
using PostgresHandle = std::unique_ptr<pg_conn, PostgresFinish>;

// Tries the servers of the URL in turn, and of each server every address of its name, as libpq does, but with
// the limit upheld for each step: a name is resolved on another thread, and where others are left to try, one
// that stays silent gets its share of the time and two seconds at most (connect_timeout, where given). A
// login that was refused ends it at once, because the others would refuse it too.
//
// target_session_attrs as libpq has it. Where a URL with several servers does not give it, it is read-write:
// of a primary and its standbys only the primary is of use to us.
//
// Of several failures the error is that of a server that answered, else the last one.
Result<PostgresHandle> dial(const PostgresUrl& url, const WaitLimit& limit);

// The error that libpq has for this connection, in our words; `sql_state`, where given, receives the
// SQLSTATE.
Error connection_failure(pg_conn* connection, const PostgresUrl& url, std::string* sql_state = nullptr);

// What is said where a limit ended a call.
Error wait_ended(Wake wake, const PostgresUrl& url);

}  // namespace pollux
