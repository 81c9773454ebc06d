// A connection that is opened when it is needed, and again after it was lost.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "postgres/connection.hpp"
#include "postgres/url.hpp"

namespace pollux {

// One thread at a time. There is no pause between attempts: that is for who calls again after an error.
class PostgresSession {
 public:
  // Called on each new connection before it is used: settings, prepared statements, LISTEN.
  using Prepare = std::function<Result<void>(PostgresConnection&, const WaitLimit&)>;

  PostgresSession(PostgresUrl url, Prepare prepare);

  // Usable as far as anybody knows: what the network has not told yet the next call will. The pointer is
  // valid until the next call of this.
  Result<PostgresConnection*> connection(const WaitLimit& limit);

  // The next call of connection() opens another one.
  void close() { connection_.reset(); }

 private:
  PostgresUrl url_;
  Prepare prepare_;
  std::optional<PostgresConnection> connection_;
};

}  // namespace pollux
