#include "store/sqlite_tally_query.hpp"

#include <utility>

namespace pollux::store {

Result<SqliteTallyQuery> SqliteTallyQuery::prepare(SqliteConnection& connection) {
  auto statement = connection.prepare(R"sql(
    SELECT tally_version, selection, count
    FROM tallies LEFT JOIN tally_counts USING (poll)
    WHERE tallies.poll = ?1)sql");
  if (!statement) return statement.error();
  return SqliteTallyQuery(std::move(*statement));
}

Result<poll::Tally> SqliteTallyQuery::read(const poll::PollId& poll) {
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  const SqliteReset reset(statement_);
  statement_.bind(1, poll.text());
  for (;;) {
    const auto row = statement_.step();
    if (!row) return row.error();
    if (!*row) return tally;
    tally.version = static_cast<std::uint64_t>(statement_.number(0));
    if (statement_.text(1).empty()) continue;  // a poll whose counts are all zero
    if (auto read = read_count(statement_, 1, tally.counts); !read) return read.error();
  }
}

Result<void> read_count(const SqliteStatement& row, int column, poll::SelectionCounts& counts) {
  auto selection = poll::Selection::parse(row.text(column));
  if (!selection)
    return Error{ErrorCode::internal,
                 "The database has a vote that nobody cast: " + selection.error().message};
  counts[*selection] = static_cast<std::uint64_t>(row.number(column + 1));
  return {};
}

}  // namespace pollux::store
