// How long calls to PostgreSQL may take, and how their connections are set up.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "postgres/connection.hpp"

namespace pollux::store {

struct PostgresOptions {
  // A batch or a question, with connecting where that is needed. The server gives up then, too.
  std::chrono::milliseconds call_timeout{15'000};
  // Counting all votes; ten million take some seconds.
  std::chrono::milliseconds recount_timeout{300'000};
  // Where given, raising it makes waiting calls end at once as `unavailable`. Must outlive the store.
  const Interrupt* interrupt = nullptr;

  WaitLimit call_limit() const { return WaitLimit::in(call_timeout, interrupt); }
  WaitLimit recount_limit() const { return WaitLimit::in(recount_timeout, interrupt); }
};

// Told what a command waits for, as the end of "Waiting …", when that changes; may be empty. On the thread
// that calls.
using PostgresProgress = std::function<void(const std::string& what)>;
void tell(const PostgresProgress& progress, const std::string& what);

// Whatever the server's defaults are: commits are on disk when they are answered, a statement sees what
// others committed before it, and a statement whose client is gone or gave up does not go on for long.
Result<void> set_up(PostgresConnection& connection, std::chrono::milliseconds statement_timeout,
                    const WaitLimit& limit);

}  // namespace pollux::store
