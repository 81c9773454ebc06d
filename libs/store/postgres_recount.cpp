#include "store/postgres_recount.hpp"

#include "postgres/session.hpp"

namespace pollux::store {
namespace {

const std::string differences_sql = R"sql(
  SELECT poll, selection, coalesce(t.count, 0) AS tally, coalesce(v.count, 0) AS recorded
  FROM (SELECT poll, selection, sum(count) AS count FROM pollux_tallies GROUP BY poll, selection) AS t
  FULL JOIN (SELECT poll, key AS selection, sum(votes) AS count
             FROM (SELECT poll, selection, count(*) AS votes FROM pollux_votes GROUP BY poll, selection) AS r
               CROSS JOIN pollux_keys(r.selection) AS key
             GROUP BY poll, key) AS v
    USING (poll, selection)
  WHERE coalesce(t.count, 0) <> coalesce(v.count, 0)
    AND poll NOT IN (SELECT CASE WHEN run = 1 THEN poll ELSE poll || '.' || run END
                     FROM pollux_managed_runs WHERE votes_deleted_at IS NOT NULL))sql";

// Waits for all writers: each has a lock on the table until it commits.
constexpr const char* keep_writers_out_sql =
    "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE pollux_votes IN SHARE ROW EXCLUSIVE MODE";

// Adds the difference to the shared slot. If the damage exceeds a bigint, the statement fails and changes
// nothing.
const std::string repair_sql = "WITH differences AS MATERIALIZED (" + differences_sql + R"sql(
  ), counted AS (
    INSERT INTO pollux_tallies AS t (poll, selection, slot, count)
    SELECT poll, selection, 64, recorded - tally FROM differences
    ON CONFLICT (poll, selection, slot) DO UPDATE SET count = t.count + excluded.count
  ), noted AS (
    INSERT INTO pollux_tally_slots AS s (poll, slot, changes, latest_time, latest_sequence)
    SELECT DISTINCT poll, 64, 1, 0, 0 FROM differences
    ON CONFLICT (poll, slot) DO UPDATE SET changes = s.changes + 1
  )
  SELECT poll, selection, tally, recorded FROM differences ORDER BY poll, selection)sql";

Result<postgres::Connection> connect(const postgres::Url& url, const PostgresRecount& how) {
  report(how.progress, "for the database " + url.text() + " to answer");
  auto connection = postgres::open_session(url, how.connecting);
  if (!connection) return connection;
  if (auto done = postgres::configure(*connection, how.counting, how.connecting); !done) return done.error();
  return connection;
}

std::vector<TallyDifference> differences_in(const postgres::Rows& rows) {
  std::vector<TallyDifference> differences;
  for (int row = 0; row < rows.size(); ++row) {
    differences.push_back({.poll = std::string(rows.text(row, 0)),
                           .selection = std::string(rows.text(row, 1)),
                           .tally = std::string(rows.text(row, 2)),
                           .recorded = static_cast<std::uint64_t>(rows.number(row, 3))});
  }
  return differences;
}

}  // namespace

Result<std::vector<TallyDifference>> recount_postgres(const postgres::Url& url, const PostgresRecount& how) {
  auto connection = connect(url, how);
  if (!connection) return connection.error();
  report(how.progress, "for the votes of the database " + url.text() + " to be counted");
  const auto rows = connection->execute(differences_sql + " ORDER BY poll, selection", how.counting_limit());
  if (!rows) return rows.error();
  return differences_in(*rows);
}

// An error closes the connection, which rolls back.
Result<std::vector<TallyDifference>> repair_postgres(const postgres::Url& url, const PostgresRecount& how) {
  auto connection = connect(url, how);
  if (!connection) return connection.error();
  const WaitLimit limit = how.counting_limit();
  report(how.progress, "for the workers of the database " + url.text() + " to end their batches");
  if (auto locked = connection->execute(keep_writers_out_sql, limit); !locked) return locked.error();
  report(how.progress, "for the votes of the database " + url.text() + " to be counted");
  const auto rows = connection->execute(repair_sql, limit);
  if (!rows) return rows.error();
  auto differences = differences_in(*rows);
  if (auto done = connection->execute("COMMIT", limit); !done) return done.error();
  return differences;
}

}  // namespace pollux::store
