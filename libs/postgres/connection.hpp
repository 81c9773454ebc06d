// One connection to PostgreSQL: libpq with lifetimes, results and deadlines.
//
// No call outlasts its limit, also where the server is frozen or the network swallows everything; then the
// error is `unavailable` and the connection is closed, because nobody knows how far the server came. TLS and
// passwords are as libpq and the URL have them. Which of several servers it leads to: dial.hpp. Where the URL
// does not say otherwise the system notices a peer that is gone within some 10 s (tcp_user_timeout) or, on an
// idle connection, 25 s (keepalives).
//
// One thread at a time; an Interrupt ends a wait from another one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "postgres/parameters.hpp"
#include "postgres/rows.hpp"
#include "postgres/url.hpp"
#include "postgres/wait_limit.hpp"

struct pg_result;

namespace pollux {

struct PostgresNotification {
  std::string channel;
  std::string payload;
};

class PostgresConnection {
 public:
  // The errors are sentences that say what to do and never hold the password.
  static Result<PostgresConnection> open(const PostgresUrl& url, const WaitLimit& limit);

  PostgresConnection(PostgresConnection&&) noexcept;
  PostgresConnection& operator=(PostgresConnection&&) noexcept;
  ~PostgresConnection();

  // False once the connection was lost, a limit passed in the middle of a call, or the server turned out to
  // be read-only (SQLSTATE 25006), as a standby is that took the place of a primary: then every call fails as
  // `unavailable`, and what remains is to open another one, which may lead to another server.
  bool usable() const;

  // One or more statements without parameters; the rows are those of the last one. Without BEGIN they are one
  // transaction.
  Result<PostgresRows> execute(const std::string& sql, const WaitLimit& limit);
  // One statement with $1, $2 …
  Result<PostgresRows> execute(const std::string& sql, const PostgresParameters& parameters,
                               const WaitLimit& limit);
  // Name the types of its parameters in the SQL, as in $1::bigint.
  Result<void> prepare(const std::string& name, const std::string& sql, const WaitLimit& limit);
  Result<PostgresRows> execute_prepared(const std::string& name, const PostgresParameters& parameters,
                                        const WaitLimit& limit);

  // The SQLSTATE of the last failed call; empty where the server gave none.
  const std::string& sql_state() const;

  // After LISTEN. Waits for a notification and takes all that have come; none where the limit came first,
  // which leaves the connection as it is. Those that arrive during another call are kept for this one.
  Result<std::vector<PostgresNotification>> wait_notifications(const WaitLimit& limit);
  // The same without waiting, for who waits on socket() by other means.
  Result<std::vector<PostgresNotification>> notifications();
  int socket() const;  // -1 where not usable

  // What the server remarked (NOTICE, WARNING) since the last call of this; at most the last 100.
  std::vector<std::string> take_notices();

  // The id that the server, or a pool in between, announced for the server process; 0 where not usable.
  int announced_process() const;

  // The database in words for messages: PostgresUrl::text().
  const std::string& database() const;

 private:
  struct State;
  explicit PostgresConnection(std::unique_ptr<State> state);

  Result<PostgresRows> answer(bool sent, const WaitLimit& limit);
  Result<void> flush(const WaitLimit& limit);
  Result<void> wait(short events, const WaitLimit& limit);
  Error failure();                            // of libpq or the network
  Error failure_of(const pg_result* result);  // as the server put it

  std::unique_ptr<State> state_;
};

}  // namespace pollux
