#include "store/sqlite_vote_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "store/batch.hpp"

namespace pollux::store {
namespace {

constexpr std::string_view find_vote_sql =
    "SELECT selection, version_time, version_sequence FROM votes WHERE poll = ?1 AND voter = ?2";

constexpr std::string_view put_vote_sql = R"sql(
  INSERT INTO votes (poll, voter, selection, version_time, version_sequence) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (poll, voter) DO UPDATE SET
    selection = excluded.selection,
    version_time = excluded.version_time,
    version_sequence = excluded.version_sequence)sql";

constexpr std::string_view put_tally_sql = R"sql(
  INSERT INTO tallies (poll, tally_version, latest_time, latest_sequence) VALUES (?1, ?2, 0, 0)
  ON CONFLICT (poll) DO UPDATE SET tally_version = excluded.tally_version)sql";

constexpr std::string_view raise_latest_sql = R"sql(
  UPDATE tallies SET latest_time = ?2, latest_sequence = ?3
  WHERE poll = ?1 AND (latest_time, latest_sequence) < (?2, ?3))sql";

constexpr std::string_view put_count_sql = R"sql(
  INSERT INTO tally_counts (poll, selection, count) VALUES (?1, ?2, ?3)
  ON CONFLICT (poll, selection) DO UPDATE SET count = excluded.count)sql";

constexpr std::string_view delete_count_sql = "DELETE FROM tally_counts WHERE poll = ?1 AND selection = ?2";

// Changes no row, but fails where a table that recording needs is missing or has other columns.
constexpr const char* touch_tables_sql = R"sql(
  UPDATE votes SET selection = selection, version_time = 0, version_sequence = 0
  WHERE poll IS NULL AND voter IS NULL;
  UPDATE tallies SET tally_version = 0, latest_time = 0, latest_sequence = 0 WHERE poll IS NULL;
  UPDATE tally_counts SET count = 0 WHERE poll IS NULL AND selection IS NULL)sql";

std::int64_t column(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

}  // namespace

SqliteVoteWriter::SqliteVoteWriter(SqliteConnection connection, Statements statements)
    : connection_(std::move(connection)), statements_(std::move(statements)) {}

Result<SqliteVoteWriter> SqliteVoteWriter::prepare(SqliteConnection connection) {
  auto find_vote = connection.prepare(find_vote_sql);
  if (!find_vote) return find_vote.error();
  auto put_vote = connection.prepare(put_vote_sql);
  if (!put_vote) return put_vote.error();
  auto put_tally = connection.prepare(put_tally_sql);
  if (!put_tally) return put_tally.error();
  auto raise_latest = connection.prepare(raise_latest_sql);
  if (!raise_latest) return raise_latest.error();
  auto put_count = connection.prepare(put_count_sql);
  if (!put_count) return put_count.error();
  auto delete_count = connection.prepare(delete_count_sql);
  if (!delete_count) return delete_count.error();
  auto tally = SqliteTallyQuery::prepare(connection);
  if (!tally) return tally.error();
  return SqliteVoteWriter(
      std::move(connection),
      {std::move(*find_vote), std::move(*put_vote), std::move(*put_tally), std::move(*raise_latest),
       std::move(*put_count), std::move(*delete_count), std::move(*tally)});
}

Result<std::vector<poll::Tally>> SqliteVoteWriter::record(std::span<const poll::QueuedVote> batch) {
  const auto votes = newest_votes(batch);
  if (!votes) return votes.error();
  auto transaction = SqliteTransaction::begin(connection_);
  if (!transaction) return transaction.error();
  auto tallies = record_all(*votes);
  if (!tallies) return tallies.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return tallies;
}

// Writes a page of the file as it is, and touches the tables that record() writes.
Result<void> SqliteVoteWriter::probe() {
  const auto version = connection_.number("PRAGMA user_version");
  if (!version) return version.error();
  auto transaction = SqliteTransaction::begin(connection_);
  if (!transaction) return transaction.error();
  auto done = connection_.execute("PRAGMA user_version = " + std::to_string(*version));
  if (!done) return done;
  if (done = connection_.execute(touch_tables_sql); !done) return done;
  return transaction->commit();
}

Result<std::vector<poll::Tally>> SqliteVoteWriter::record_all(Votes votes) {
  std::vector<poll::Tally> changed;
  while (!votes.empty()) {
    const poll::PollId& poll = votes.front()->vote.poll;
    const auto next = std::ranges::find_if(
        votes, [&](const poll::QueuedVote* queued) { return queued->vote.poll != poll; });
    const auto count = static_cast<std::size_t>(next - votes.begin());
    const auto change = record_votes(votes.first(count));
    if (!change) return change.error();
    votes = votes.subspan(count);
    if (change->latest == poll::Version{}) continue;
    auto tally = change_tally(poll, *change);
    if (!tally) return tally.error();
    if (!change->counts.empty()) changed.push_back(std::move(*tally));
  }
  return changed;
}

Result<SqliteVoteWriter::PollChange> SqliteVoteWriter::record_votes(Votes votes_of_a_poll) {
  PollChange change;
  for (const poll::QueuedVote* queued : votes_of_a_poll) {
    if (auto done = record_vote(*queued, change); !done) return done.error();
  }
  return change;
}

Result<void> SqliteVoteWriter::record_vote(const poll::QueuedVote& queued, PollChange& change) {
  const auto& [poll, voter, selection] = queued.vote;
  std::optional<poll::Selection> previous;
  {
    SqliteStatement& find = statements_.find_vote;
    const SqliteReset reset(find);
    const auto known = find.bind(1, poll.text()).bind(2, voter.text()).step();
    if (!known) return known.error();
    if (*known) {
      const poll::Version recorded{static_cast<std::uint64_t>(find.number(1)),
                                   static_cast<std::uint64_t>(find.number(2))};
      if (queued.version <= recorded) return {};
      auto parsed = poll::Selection::parse(find.text(0));
      if (!parsed) return Error{ErrorCode::internal, "The database has a vote that nobody cast."};
      previous = std::move(*parsed);
    }
  }
  change.counts.replace(previous, selection);
  change.latest = std::max(change.latest, queued.version);
  return statements_.put_vote.bind(1, poll.text())
      .bind(2, voter.text())
      .bind(3, selection.text())
      .bind(4, column(queued.version.time))
      .bind(5, column(queued.version.sequence))
      .run();
}

Result<poll::Tally> SqliteVoteWriter::change_tally(const poll::PollId& poll, const PollChange& change) {
  auto tally = statements_.tally.read(poll);
  if (!tally) return tally.error();
  if (!change.counts.empty()) ++tally->version;
  auto done = statements_.put_tally.bind(1, poll.text()).bind(2, column(tally->version)).run();
  if (!done) return done.error();
  const auto& [time, sequence] = change.latest;
  done = statements_.raise_latest.bind(1, poll.text()).bind(2, column(time)).bind(3, column(sequence)).run();
  if (!done) return done.error();
  if (auto applied = change.counts.apply_to(tally->counts); !applied) return applied.error();
  if (auto put = put_counts(*tally, change.counts); !put) return put.error();
  return tally;
}

Result<void> SqliteVoteWriter::put_counts(const poll::Tally& tally, const poll::TallyChange& change) {
  for (const auto& [selection, delta] : change.deltas()) {
    const std::uint64_t count = tally.count(selection);
    SqliteStatement& statement = count == 0 ? statements_.delete_count : statements_.put_count;
    statement.bind(1, tally.poll.text()).bind(2, selection.text());
    if (count != 0) statement.bind(3, column(count));
    if (auto done = statement.run(); !done) return done.error();
  }
  return {};
}

}  // namespace pollux::store
