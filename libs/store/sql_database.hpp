// What stores with the same SQL for SQLite and PostgreSQL need of a connection. sqlite_sql_database.hpp and
// postgres_sql_database.hpp open the stores.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace pollux::store {

using SqlValue = std::variant<std::int64_t, std::string_view>;

// The columns of a row as text; empty for NULL.
using SqlRow = std::vector<std::string>;

// What one transaction at a time does, in all processes.
enum class SqlLock {
  poll_creation,
  accounts  // changes of accounts, so that exactly one makes the first one, and one owner always remains
};

// A connection. One thread at a time.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  // One statement with the parameters $1, $2 … in the order in which they first occur. "@" stands for the
  // prefix of our tables.
  virtual Result<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values) = 0;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void roll_back() = 0;  // if a transaction is open

  // Within a transaction: until its end, no other one takes the same lock, or locks the same row of the
  // table, "@name", whose column `id` has the value. A row that does not exist is not locked.
  virtual Result<void> lock(SqlLock lock) = 0;
  virtual Result<void> lock_row(std::string_view table, std::string_view id) = 0;

  // The tables with the tallies of a poll, in the order in which their rows must be deleted.
  virtual std::vector<std::string> tally_tables() const = 0;
};

// Rolled back by the destructor unless it was committed.
class SqlTransaction {
 public:
  explicit SqlTransaction(SqlDatabase& database) : database_(database), begun_(database.begin()) {}
  ~SqlTransaction() { database_.roll_back(); }
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  const Result<void>& begun() const { return begun_; }
  Result<void> commit() { return database_.commit(); }

 private:
  SqlDatabase& database_;
  Result<void> begun_;
};

// A column of a row as a number; nothing for NULL and for other text.
inline std::optional<std::int64_t> sql_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Times are stored in seconds, and 0 stands for none in a statement (NULLIF): all times are after 1970.
inline std::int64_t sql_time(const std::optional<std::chrono::sys_seconds>& time) {
  return time ? time->time_since_epoch().count() : 0;
}
inline std::optional<std::chrono::sys_seconds> time_of_sql(const std::string& text) {
  const auto seconds = sql_number(text);
  if (!seconds) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
}

}  // namespace pollux::store
