// One connection to PostgreSQL: libpq with lifetimes, results and deadlines.
//
// No call exceeds its limit, even if the server hangs or the network drops everything; then the error is
// `unavailable` and the connection is closed, since its state is unknown. TLS and passwords are libpq's, as
// given in the URL; dial.hpp selects one of several servers. Unless the URL says otherwise, the system
// detects a dead peer within about 10 s (tcp_user_timeout) or, on an idle connection, 25 s (keepalives).
//
// One thread at a time; an Interrupt ends a wait from another one.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/statement.hpp"
#include "postgres/url.hpp"

struct pg_result;

namespace pollux::postgres {

struct Notification {
  std::string channel;
  std::string payload;
};

// Whether the owner of a connection has it, for other threads. Any thread.
class ConnectionStatus {
 public:
  // Nothing if it is not needed: before its first use, and from when the server closes it while it is idle
  // until the next use.
  std::optional<bool> connected() const;

  void set_connected(int socket) { socket_.store(socket, std::memory_order_relaxed); }
  void set_disconnected() { socket_.store(disconnected, std::memory_order_relaxed); }

 private:
  static constexpr int disconnected = -1;
  static constexpr int unused = -2;
  std::atomic<int> socket_ = unused;
};

class Connection {
 public:
  // Errors have messages that say what to do and never contain the password.
  static Result<Connection> open(const Url& url, const WaitLimit& limit);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // False after the connection was lost, a limit passed during a call, or the server became read-only
  // (SQLSTATE 25006: a standby took the place of a primary). Then every call fails with `unavailable`; open
  // another connection, which may lead to another server.
  bool usable() const;

  // From now on `status` is connected while this is usable(), and disconnected once it is destroyed. It must
  // outlive the connection.
  void report_to(ConnectionStatus& status);

  // One or more statements without parameters; the rows are those of the last one. Without BEGIN they are one
  // transaction.
  Result<Rows> execute(const std::string& sql, const WaitLimit& limit);
  // One statement with $1, $2 …
  Result<Rows> execute(const std::string& sql, const Parameters& parameters, const WaitLimit& limit);
  // Give the types of its parameters in the SQL, as in $1::bigint.
  Result<void> prepare(const std::string& name, const std::string& sql, const WaitLimit& limit);
  Result<Rows> execute_prepared(const std::string& name, const Parameters& parameters,
                                const WaitLimit& limit);

  // The SQLSTATE of the last failed call; empty if the server gave none.
  const std::string& sql_state() const;

  // After LISTEN. Waits for a notification and returns all that have arrived; none if the limit passed, which
  // leaves the connection usable. Those that arrive during another call are kept for this one.
  Result<std::vector<Notification>> wait_notifications(const WaitLimit& limit);
  // The same without waiting, for callers that wait on socket() themselves.
  Result<std::vector<Notification>> notifications();
  int socket() const;  // -1 if not usable

  // The server's remarks (NOTICE, WARNING) since the last call of this; at most the last 100.
  std::vector<std::string> take_notices();

  // The id that the server, or a pool in between, announced for the server process; 0 if not usable.
  int announced_process() const;

  // The database for messages: Url::text().
  const std::string& database() const;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);

  Result<Rows> result_of(bool sent, const WaitLimit& limit);
  Result<void> flush(const WaitLimit& limit);
  Result<void> wait(short events, const WaitLimit& limit);
  Error failure();                            // of libpq or the network
  Error failure_of(const pg_result* result);  // reported by the server

  std::unique_ptr<State> state_;
};

}  // namespace pollux::postgres
