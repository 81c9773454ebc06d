#include "store/postgres_removed_runs.hpp"

#include "postgres/session.hpp"

namespace pollux::store {
namespace {

// As poll::id_of_run() makes them.
constexpr const char* removed_runs_sql = R"sql(
  SELECT CASE WHEN r.run = 1 THEN r.poll ELSE r.poll || '.' || r.run END
  FROM pollux_managed_runs AS r JOIN pollux_managed_polls AS p ON p.id = r.poll
  WHERE p.removed_at IS NOT NULL OR r.votes_deleted_at IS NOT NULL)sql";

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

}  // namespace pollux::store
