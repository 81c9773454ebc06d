// Reading a poll's tally, as the writer and the reader both do.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "store/sqlite_connection.hpp"

namespace pollux::store {

class SqliteTallyQuery {
 public:
  static Result<SqliteTallyQuery> prepare(SqliteConnection& connection);

  // One statement, so version and counts are of one moment.
  Result<poll::Tally> read(const poll::PollId& poll);

 private:
  explicit SqliteTallyQuery(SqliteStatement statement) : statement_(std::move(statement)) {}

  SqliteStatement statement_;
};

// A row (selection, count) at `column` and the one after it, added to `counts`.
Result<void> read_count(const SqliteStatement& row, int column, poll::SelectionCounts& counts);

}  // namespace pollux::store
