#include "store/sql_poll_erasure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "poll/poll_run.hpp"
#include "store/sql_poll_rows.hpp"

namespace pollux::store {
namespace {

using poll::PollResult;
using poll::PollTime;

// The ids of the runs of removed polls, as poll::id_of_run() makes them.
const char* const removed_runs = R"sql((
  SELECT CASE WHEN r.run = 1 THEN r.poll ELSE r.poll || '.' || r.run END AS id
  FROM @managed_runs AS r JOIN @managed_polls AS p ON p.id = r.poll WHERE p.removed_at IS NOT NULL))sql";

// The same for those whose votes are deleted and whose polls stay.
const char* const expired_runs = R"sql((
  SELECT CASE WHEN r.run = 1 THEN r.poll ELSE r.poll || '.' || r.run END AS id
  FROM @managed_runs AS r WHERE r.votes_deleted_at IS NOT NULL))sql";

std::string erase_votes(const char* runs) {
  return std::string("DELETE FROM @votes WHERE (poll, voter) IN (SELECT v.poll, v.voter FROM ") + runs +
         " AS gone JOIN @votes AS v ON v.poll = gone.id LIMIT $1) RETURNING 1";
}

// Runs that were closed long enough ago, and not marked yet. A run that is open has no closing time.
constexpr std::string_view select_expired = R"sql(
  SELECT r.poll, r.run FROM @managed_runs AS r JOIN @managed_polls AS p ON p.id = r.poll
  WHERE p.removed_at IS NULL AND r.votes_deleted_at IS NULL AND r.closed_at + p.keep_days * 86400 <= $1
  ORDER BY r.poll, r.run LIMIT 100)sql";

constexpr std::string_view mark_expired = R"sql(
  UPDATE @managed_runs SET votes_deleted_at = $1
  WHERE poll = $2 AND run = $3 AND votes_deleted_at IS NULL AND closed_at + 86400 * (
    SELECT keep_days FROM @managed_polls WHERE id = poll AND removed_at IS NULL) <= $4
  RETURNING 1)sql";

// Programs of versions without logos leave them behind when they remove a poll.
constexpr std::string_view erase_logos =
    "UPDATE @managed_polls SET logo = NULL, logo_text = '', logo_hash = NULL "
    "WHERE removed_at IS NOT NULL AND logo IS NOT NULL";

std::string erase_tallies(const std::string& table) {
  return "DELETE FROM " + table + " WHERE poll IN " + removed_runs +
         " AND NOT EXISTS (SELECT 1 FROM @votes AS v WHERE v.poll = " + table + ".poll)";
}

// Under the lock of the poll, so that no one opens it meanwhile. Nothing if someone was faster.
PollResult<std::optional<poll::PollId>> expire(SqlDatabase& database, const SqlRow& due, PollTime now) {
  const auto poll = poll::PollId::parse(due[0]);
  const auto number = sql_number(due[1]);
  if (!poll || !number) return damaged_poll(due[0]);
  SqlTransaction transaction(database);
  if (!transaction.begun()) return poll::poll_error(transaction.begun().error());
  if (auto done = database.lock_row("@managed_polls", poll->text()); !done)
    return poll::poll_error(done.error());
  const auto marked =
      run_for_polls(database, mark_expired, {sql_time(now), poll->text(), *number, sql_time(now)});
  if (!marked) return marked.error();
  if (auto done = transaction.commit(); !done) return poll::poll_error(done.error());
  if (marked->empty()) return std::optional<poll::PollId>();
  return std::optional(poll::id_of_run(*poll, static_cast<std::uint32_t>(*number)));
}

}  // namespace

PollResult<std::size_t> erase_removed_votes(SqlDatabase& database, std::size_t max_votes) {
  SqlTransaction transaction(database);
  if (!transaction.begun()) return poll::poll_error(transaction.begun().error());
  const auto erased =
      run_for_polls(database, erase_votes(removed_runs), {static_cast<std::int64_t>(max_votes)});
  if (!erased) return erased.error();
  for (const std::string& table : database.tally_tables()) {
    const auto done = run_for_polls(database, erase_tallies(table));
    if (!done) return done.error();
  }
  if (const auto done = run_for_polls(database, erase_logos); !done) return done.error();
  if (auto done = transaction.commit(); !done) return poll::poll_error(done.error());
  return erased->size();
}

PollResult<poll::ExpiredVotes> erase_expired_votes(SqlDatabase& database, std::size_t max_votes,
                                                   PollTime now) {
  poll::ExpiredVotes expired;
  const auto due = run_for_polls(database, select_expired, {sql_time(now)});
  if (!due) return due.error();
  for (const SqlRow& row : *due) {
    auto marked = expire(database, row, now);
    if (!marked) return marked.error();
    if (*marked) expired.runs.push_back(**std::move(marked));
  }
  const auto erased =
      run_for_polls(database, erase_votes(expired_runs), {static_cast<std::int64_t>(max_votes)});
  if (!erased) return erased.error();
  expired.votes = erased->size();
  return expired;
}

}  // namespace pollux::store
