#include "postgres/session.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace pollux::postgres {
namespace {

using namespace std::chrono_literals;

// Another client of the pool may take the process between two questions, so they are repeated.
constexpr int rounds = 3;
// A session pool without a free connection makes the second client wait.
constexpr auto second_limit = 1s;

Result<std::int64_t> process_of(Connection& connection, const WaitLimit& limit) {
  const auto rows = connection.execute("SELECT pg_backend_pid()", limit);
  if (!rows) return rows.error();
  return rows->number(0, 0);
}

Error pooled(const Connection& connection) {
  return invalid(
      "The database " + connection.database() +
      " is reached through a pool that gives each transaction another connection (transaction pooling), "
      "where "
      "locks, prepared statements and notifications get lost. Use session pooling (pool_mode=session of "
      "pgbouncer) for this database, or the address of the server itself.");
}

}  // namespace

Result<Connection> open_session(const Url& url, const WaitLimit& limit) {
  auto connection = Connection::open(url, limit);
  if (!connection) return connection;
  const auto first = process_of(*connection, limit);
  if (!first) return first.error();
  if (*first == connection->announced_process()) return connection;
  for (int round = 0; round < rounds; ++round) {
    const WaitLimit second_wait = limit.at_most(second_limit);
    auto second = Connection::open(url, second_wait);
    if (!second) break;
    const auto theirs = process_of(*second, second_wait);
    if (!theirs) break;
    const auto again = process_of(*connection, limit);
    if (!again) return again.error();
    if (*theirs == *first || *again != *first) return pooled(*connection);
  }
  return connection;
}

Result<void> configure(Connection& connection, std::chrono::milliseconds statement_timeout,
                       const WaitLimit& limit) {
  const std::string timeout = std::to_string(statement_timeout.count());
  // JIT compilation takes longer than any of our statements. PostgreSQL before 14 does not have the last
  // setting.
  const auto set = connection.execute(
      "SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET jit = off;"
      "SET statement_timeout = " +
          timeout + "; SET idle_in_transaction_session_timeout = " + timeout +
          "; SELECT set_config(name, '5s', false) FROM pg_settings WHERE name = "
          "'client_connection_check_interval'",
      limit);
  if (!set) return set.error();
  return {};
}

std::size_t SessionCounts::count(bool connected) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(statuses_, [&](const auto* status) { return status->connected() == connected; }));
}

void SessionCounts::add(const ConnectionStatus& status) {
  const std::lock_guard lock(mutex_);
  statuses_.push_back(&status);
}

void SessionCounts::remove(const ConnectionStatus& status) {
  const std::lock_guard lock(mutex_);
  std::erase(statuses_, &status);
}

Session::Session(Url url, const SessionOptions& options, Prepare prepare)
    : url_(std::move(url)), options_(options), prepare_(std::move(prepare)) {
  if (options_.counts) options_.counts->add(status_);
}

Session::~Session() {
  if (options_.counts) options_.counts->remove(status_);
}

Result<Connection*> Session::connection(const WaitLimit& limit) {
  if (connection_ && connection_->usable()) return &*connection_;
  connection_.reset();
  status_.set_disconnected();
  auto opened = Connection::open(url_, limit);
  if (!opened) return opened.error();
  if (auto done = configure(*opened, options_.call_timeout, limit); !done) return done.error();
  if (prepare_) {
    if (auto done = prepare_(*opened, limit); !done) return done.error();
  }
  connection_ = std::move(*opened);
  connection_->report_to(status_);
  return &*connection_;
}

}  // namespace pollux::postgres
