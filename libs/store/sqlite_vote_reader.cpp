#include "store/sqlite_vote_reader.hpp"

#include <utility>

namespace pollux::store {

SqliteVoteReader::SqliteVoteReader(SqliteConnection connection, SqliteTallyQuery tally,
                                   SqliteStatement recount, SqliteStatement latest)
    : connection_(std::move(connection)),
      tally_(std::move(tally)),
      recount_(std::move(recount)),
      latest_(std::move(latest)) {}

Result<SqliteVoteReader> SqliteVoteReader::prepare(SqliteConnection connection) {
  auto tally = SqliteTallyQuery::prepare(connection);
  if (!tally) return tally.error();
  auto recount =
      connection.prepare("SELECT selection, COUNT(*) FROM votes WHERE poll = ?1 GROUP BY selection");
  if (!recount) return recount.error();
  auto latest = connection.prepare(R"sql(
    SELECT latest_time, latest_sequence FROM tallies ORDER BY latest_time DESC, latest_sequence DESC LIMIT 1)sql");
  if (!latest) return latest.error();
  return SqliteVoteReader(std::move(connection), std::move(*tally), std::move(*recount), std::move(*latest));
}

Result<poll::SelectionCounts> SqliteVoteReader::recount(const poll::PollId& poll) {
  poll::SelectionCounts counts;
  const SqliteReset reset(recount_);
  recount_.bind(1, poll.text());
  for (;;) {
    const auto row = recount_.step();
    if (!row) return row.error();
    if (!*row) return counts;
    if (auto read = read_count(recount_, 0, counts); !read) return read.error();
  }
}

Result<poll::Version> SqliteVoteReader::latest_version() {
  const SqliteReset reset(latest_);
  const auto row = latest_.step();
  if (!row) return row.error();
  if (!*row) return poll::Version{};
  return poll::Version{static_cast<std::uint64_t>(latest_.number(0)),
                       static_cast<std::uint64_t>(latest_.number(1))};
}

}  // namespace pollux::store
