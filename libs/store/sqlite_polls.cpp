#include "store/sqlite_polls.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace pollux::store {
namespace {

std::string joined(const std::vector<std::string>& labels) {
  std::string lines;
  for (const std::string& label : labels) lines.append(lines.empty() ? "" : "\n").append(label);
  return lines;
}

}  // namespace

Result<SqlitePolls> SqlitePolls::open(SqliteVoteStore& store) {
  auto connection = SqliteConnection::open(store.path());
  if (!connection) return connection.error();
  if (auto set = connection->execute("PRAGMA busy_timeout = 2000; PRAGMA synchronous = FULL;"); !set) {
    return set.error();
  }
  return SqlitePolls(*std::move(connection), store);
}

Result<std::optional<poll::RecordedRun>> SqlitePolls::newest_run(const poll::PollId& poll) {
  const auto found = ids(poll);
  if (!found) return found.error();
  poll::RecordedRun newest{.run = 0, .definition = std::nullopt, .counts = {}};
  for (const poll::PollId& id : *found) newest.run = std::max(newest.run, *poll::run_of(id, poll));
  if (newest.run == 0) return std::optional<poll::RecordedRun>();
  const poll::PollId id = poll::id_of_run(poll, newest.run);
  auto defined = definition(id);
  if (!defined) return defined.error();
  auto tally = tallies_->tally(id);
  if (!tally) return tally.error();
  newest.definition = *std::move(defined);
  newest.counts = std::move(tally->counts);
  return std::optional(std::move(newest));
}

Result<void> SqlitePolls::define(const poll::PollId& run, const poll::PollDefinition& definition) {
  auto statement =
      connection_.prepare("INSERT OR REPLACE INTO polls (poll, question, labels) VALUES (?1, ?2, ?3)");
  if (!statement) return statement.error();
  const std::string labels = joined(definition.labels);
  statement->bind(1, run.text()).bind(2, definition.question).bind(3, labels);
  return statement->run();
}

Result<SqlitePolls::Recorded> SqlitePolls::recorded(const poll::PollId& poll) {
  const auto found = ids(poll);
  if (!found) return found.error();
  auto count = connection_.prepare("SELECT COUNT(*) FROM votes WHERE poll = ?1");
  if (!count) return count.error();
  Recorded all;
  for (const poll::PollId& id : *found) {
    const SqliteReset reset(*count);
    count->bind(1, id.text());
    const auto row = count->step();
    if (!row) return row.error();
    all.votes += static_cast<std::uint64_t>(count->number(0));
    if (count->number(0) > 0) ++all.runs;
    all.newest = std::max(all.newest, *poll::run_of(id, poll));
  }
  return all;
}

Result<void> SqlitePolls::reset(const poll::PollId& poll) {
  auto transaction = SqliteTransaction::begin(connection_);
  if (!transaction) return transaction.error();
  const auto found = ids(poll);
  if (!found) return found.error();
  std::uint32_t newest = 0;
  for (const poll::PollId& id : *found) {
    newest = std::max(newest, *poll::run_of(id, poll));
    for (const std::string table : {"tally_counts", "tallies", "votes", "polls"}) {
      if (auto done = delete_from(table, id); !done) return done;
    }
  }
  const poll::PollDefinition not_yet;
  const std::uint32_t next = std::min(newest + 1, poll::max_run);
  if (auto done = define(poll::id_of_run(poll, next), not_yet); !done) return done;
  return transaction->commit();
}

Result<void> SqlitePolls::delete_from(const std::string& table, const poll::PollId& run) {
  auto statement = connection_.prepare("DELETE FROM " + table + " WHERE poll = ?1");
  if (!statement) return statement.error();
  statement->bind(1, run.text());
  return statement->run();
}

Result<std::optional<poll::PollDefinition>> SqlitePolls::definition(const poll::PollId& run) {
  auto statement =
      connection_.prepare("SELECT question, labels FROM polls WHERE poll = ?1 AND question <> ''");
  if (!statement) return statement.error();
  statement->bind(1, run.text());
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return std::optional<poll::PollDefinition>();
  return poll::parse_definition(std::string(statement->text(0)) + "\n" + std::string(statement->text(1)));
}

// Of all runs of the poll in the database.
Result<std::vector<poll::PollId>> SqlitePolls::ids(const poll::PollId& poll) {
  auto statement = connection_.prepare("SELECT poll FROM tallies UNION SELECT poll FROM polls");
  if (!statement) return statement.error();
  std::vector<poll::PollId> found;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return found;
    auto id = poll::PollId::parse(statement->text(0));
    if (id && run_of(*id, poll)) found.push_back(*std::move(id));
  }
}

}  // namespace pollux::store
