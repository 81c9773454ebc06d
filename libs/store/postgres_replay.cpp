#include "store/postgres_replay.hpp"

#include "postgres/session.hpp"

namespace pollux::store {
namespace {

// As poll::id_of_run() makes them.
constexpr const char* removed_runs_sql = R"sql(
  SELECT CASE WHEN r.run = 1 THEN r.poll ELSE r.poll || '.' || r.run END
  FROM pollux_managed_runs AS r JOIN pollux_managed_polls AS p ON p.id = r.poll
  WHERE p.removed_at IS NOT NULL OR r.votes_deleted_at IS NOT NULL)sql";

// By more than a database can lose: so many transactions take weeks. 2^53, where the numbers of JavaScript
// end, is two million times as much.
constexpr const char* raise_versions_sql = R"sql(
  INSERT INTO pollux_tally_slots AS s (poll, slot, changes, latest_time, latest_sequence)
  SELECT poll, 64, 4294967296, 0, 0 FROM pollux_tally_slots GROUP BY poll ORDER BY poll
  ON CONFLICT (poll, slot) DO UPDATE SET changes = s.changes + excluded.changes)sql";

}  // namespace

Result<std::set<std::string>> removed_runs_postgres(const postgres::Url& url, const WaitLimit& limit) {
  auto connection = postgres::open_session(url, limit);
  if (!connection) return connection.error();
  const auto rows = connection->execute(removed_runs_sql, postgres::Parameters(), limit);
  if (!rows) return rows.error();
  std::set<std::string> runs;
  for (int row = 0; row < rows->size(); ++row) runs.emplace(rows->text(row, 0));
  return runs;
}

Result<void> raise_tally_versions_postgres(const postgres::Url& url, const WaitLimit& limit) {
  auto connection = postgres::open_session(url, limit);
  if (!connection) return connection.error();
  const auto done = connection->execute(raise_versions_sql, limit);
  if (!done) return done.error();
  return {};
}

}  // namespace pollux::store
