// From a URL to a connection: which servers are tried, and for how long.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"

struct pg_conn;

namespace pollux::postgres {

struct Finish {
  void operator()(pg_conn* connection) const;
};
using Handle = std::unique_ptr<pg_conn, Finish>;

// Tries the servers of the URL in turn, and of each server every address of its name, like libpq, but with
// the limit enforced in each step: names are resolved on another thread, and while others are left to try, a
// silent server gets its share of the time, two seconds at most (connect_timeout, if given). A rejected login
// ends the attempt at once, because the other servers would reject it too.
//
// target_session_attrs as in libpq, except that the default for several servers is read-write: of a primary
// and its standbys only the primary is useful here.
//
// Of several failures, returns that of a server that answered, else the last one.
Result<Handle> dial(const Url& url, const WaitLimit& limit);

}  // namespace pollux::postgres
