#include "postgres/pooling.hpp"

#include <chrono>
#include <cstdint>

namespace pollux {
namespace {

using namespace std::chrono_literals;

// Others may take the process between two questions, so it is asked more than once.
constexpr int rounds = 3;
// A pool of sessions may have no connection left and let the second one wait.
constexpr auto second_limit = 1s;

Result<std::int64_t> process_of(PostgresConnection& connection, const WaitLimit& limit) {
  const auto rows = connection.execute("SELECT pg_backend_pid()", limit);
  if (!rows) return rows.error();
  return rows->number(0, 0);
}

Error pooled(const PostgresConnection& connection) {
  return invalid(
      "The database " + connection.database() +
      " is reached through a pool that gives each transaction another connection (transaction "
      "pooling), where locks, prepared statements and notifications get lost. Use session pooling, as "
      "by pool_mode=session of pgbouncer for this database, or name the server itself in the URL.");
}

}  // namespace

Result<PostgresConnection> open_session(const PostgresUrl& url, const WaitLimit& limit) {
  auto connection = PostgresConnection::open(url, limit);
  if (!connection) return connection;
  const auto first = process_of(*connection, limit);
  if (!first) return first.error();
  if (*first == connection->announced_process()) return connection;
  for (int round = 0; round < rounds; ++round) {
    const WaitLimit patience = limit.at_most(second_limit);
    auto second = PostgresConnection::open(url, patience);
    if (!second) break;
    const auto theirs = process_of(*second, patience);
    if (!theirs) break;
    const auto again = process_of(*connection, limit);
    if (!again) return again.error();
    if (*theirs == *first || *again != *first) return pooled(*connection);
  }
  return connection;
}

}  // namespace pollux
