// Connections that keep their server process and are set up for durable work.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/connection.hpp"
#include "postgres/url.hpp"

namespace pollux::postgres {

// Opens a connection that keeps its server process, as prepared statements, advisory locks and LISTEN
// require. For the start of a program and for commands; later connections are opened by Session.
//
// `invalid` if a pool such as pgbouncer assigns connections by transaction or statement: locks and
// notifications would get lost there without an error. Detected by behavior: the pool announces another
// process than the server's, and either a second connection gets the process of the first, or that of the
// first changes. In session pooling neither happens. Costs one statement if there is no pool.
Result<Connection> open_session(const Url& url, const WaitLimit& limit);

// Independently of the server's defaults: a commit is on disk before it is answered, a statement sees what
// was committed before it, and the server cancels a statement after the timeout or soon after its client is
// gone.
Result<void> configure(Connection& connection, std::chrono::milliseconds statement_timeout,
                       const WaitLimit& limit);

// How many sessions of a program have the connection that they need. Any thread.
class SessionCounts {
 public:
  std::size_t connected() const { return count(true); }
  std::size_t disconnected() const { return count(false); }

 private:
  friend class Session;
  std::size_t count(bool connected) const;
  void add(const ConnectionStatus& status);
  void remove(const ConnectionStatus& status);

  mutable std::mutex mutex_;  // guards what follows
  std::vector<const ConnectionStatus*> statuses_;
};

struct SessionOptions {
  // For one call, including connecting. The server cancels the statement then, too.
  std::chrono::milliseconds call_timeout{15'000};
  // If set, raising it ends waiting calls with `unavailable`. Must outlive the session.
  const Interrupt* interrupt = nullptr;
  // If set, the session is one of those that are counted. Must outlive the session.
  SessionCounts* counts = nullptr;

  WaitLimit call_limit() const { return WaitLimit::in(call_timeout, interrupt); }
};

// A connection that is opened when it is needed, and again after it was lost, without a pause in between. One
// thread at a time.
class Session {
 public:
  // Called on each new connection after configure(): prepared statements, locks.
  using Prepare = std::function<Result<void>(Connection&, const WaitLimit&)>;

  Session(Url url, const SessionOptions& options, Prepare prepare = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The connection; a loss that is not known yet is reported by the next statement. Valid until the next
  // call.
  Result<Connection*> connection(const WaitLimit& limit);
  WaitLimit call_limit() const { return options_.call_limit(); }

  // The next call of connection() opens another one.
  void close() { connection_.reset(); }

  // Nothing if no connection is needed: see ConnectionStatus. Any thread.
  std::optional<bool> connected() const { return status_.connected(); }

 private:
  Url url_;
  SessionOptions options_;
  Prepare prepare_;
  ConnectionStatus status_;
  std::optional<Connection> connection_;
};

}  // namespace pollux::postgres
