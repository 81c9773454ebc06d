#include "store/postgres_vote_recorder.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/postgres_schema.hpp"

namespace pollux::store {
namespace {

constexpr std::chrono::minutes migration_timeout{5};

// Conflicts that PostgreSQL resolves by rolling back one of the transactions; it can be repeated at once.
constexpr int max_write_attempts = 5;
constexpr std::string_view deadlock = "40P01";
constexpr std::string_view serialization_failure = "40001";

// The first slot that no other connection holds; no row if all are taken.
constexpr const char* take_slot_sql = R"sql(
  WITH RECURSIVE tried (slot, taken) AS (
    SELECT 0, pg_try_advisory_lock($1::int, 0) WHERE $2 > 0
    UNION ALL
    SELECT slot + 1, pg_try_advisory_lock($1::int, slot + 1) FROM tried WHERE NOT taken AND slot + 1 < $2
  )
  SELECT slot FROM tried WHERE taken)sql";

// Whether a vote replaces the recorded one: if it is newer.
constexpr std::string_view is_newer =
    "(v.version_time, v.version_sequence) < (excluded.version_time, excluded.version_sequence)";

// The same if the polls $10 keep the first vote of each voter.
constexpr std::string_view is_newer_or_first = R"sql(CASE WHEN excluded.poll = ANY($10::text[])
      THEN (v.version_time, v.version_sequence) > (excluded.version_time, excluded.version_sequence)
      ELSE (v.version_time, v.version_sequence) < (excluded.version_time, excluded.version_sequence) END)sql";

// $1 to $5: the votes, sorted by poll and voter. $6: the slot. $7 to $9: each poll once, with the largest
// version in the batch. Returns the polls whose counts changed. In between: one of the two above.
//
// The UPDATE, which holds the lock of the row, copies the selection that a vote replaces into the row and
// returns it from there. Reading it from the statement's snapshot, which may be older, would count a vote
// twice that another worker committed in between.
//
// The arrays are unnested in the list of columns, side by side: in FROM, PostgreSQL would store each of them
// as a table first.
constexpr std::string_view record_start = R"sql(
  WITH recorded AS (
    INSERT INTO pollux_votes AS v (poll, voter, selection, version_time, version_sequence)
    SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::bigint[]), unnest($5::bigint[])
    ON CONFLICT (poll, voter) DO UPDATE SET
      previous_selection = v.selection,
      selection = excluded.selection,
      version_time = excluded.version_time,
      version_sequence = excluded.version_sequence
    WHERE )sql";
constexpr std::string_view record_end = R"sql(
    RETURNING poll, selection, previous_selection
  ), moves AS (
    SELECT poll, selection, previous_selection, count(*) AS votes FROM recorded
    GROUP BY poll, selection, previous_selection
  ), changes AS (
    SELECT poll, key AS selection, sum(votes) AS delta
    FROM (SELECT poll, selection, votes FROM moves
          UNION ALL
          SELECT poll, previous_selection, -votes FROM moves WHERE previous_selection IS NOT NULL) AS moved
      CROSS JOIN pollux_keys(moved.selection) AS key
    GROUP BY poll, key HAVING sum(votes) <> 0
  ), counted AS (
    INSERT INTO pollux_tallies AS t (poll, selection, slot, count)
    SELECT poll, selection, $6::bigint, delta FROM changes
    ON CONFLICT (poll, selection, slot) DO UPDATE SET count = t.count + excluded.count
  ), noted AS (
    INSERT INTO pollux_tally_slots AS s (poll, slot, changes, latest_time, latest_sequence)
    SELECT l.poll, $6::bigint, CASE WHEN l.poll IN (SELECT poll FROM changes) THEN 1 ELSE 0 END, l.time, l.sequence
    FROM unnest($7::text[], $8::bigint[], $9::bigint[]) AS l (poll, time, sequence)
    WHERE l.poll IN (SELECT poll FROM moves)
    ON CONFLICT (poll, slot) DO UPDATE SET
      changes = s.changes + excluded.changes,
      latest_time = greatest(s.latest_time, excluded.latest_time),
      latest_sequence = CASE
        WHEN s.latest_time > excluded.latest_time THEN s.latest_sequence
        WHEN s.latest_time < excluded.latest_time THEN excluded.latest_sequence
        ELSE greatest(s.latest_sequence, excluded.latest_sequence) END
  )
  SELECT DISTINCT poll FROM changes)sql";

// Two prepared statements, so that votes of other polls cost what they did before.
constexpr const char* record_newest = "record";
constexpr const char* record_once = "record_once";

std::string record_sql(std::string_view replaces) {
  return std::string(record_start).append(replaces).append(record_end);
}

using Votes = std::vector<const poll::QueuedVote*>;  // as remaining_votes() returns them

std::int64_t bigint(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

struct Columns {
  explicit Columns(std::size_t rows) {
    for (auto* texts : {&polls, &voters, &selections}) texts->reserve(rows);
    for (auto* numbers : {&times, &sequences}) numbers->reserve(rows);
  }

  std::vector<std::string_view> polls, voters, selections;
  std::vector<std::int64_t> times, sequences;
};

postgres::Parameters parameters(const Votes& votes, int slot) {
  Columns columns(votes.size());
  std::vector<std::pair<std::string_view, poll::Version>> latest;  // of each poll
  for (const poll::QueuedVote* queued : votes) {
    const auto& [poll, voter, selection, trace, once] = queued->vote;
    columns.polls.emplace_back(poll.text());
    columns.voters.emplace_back(voter.text());
    columns.selections.emplace_back(selection.text());
    columns.times.push_back(bigint(queued->version.time));
    columns.sequences.push_back(bigint(queued->version.sequence));
    if (latest.empty() || latest.back().first != poll.text())
      latest.emplace_back(poll.text(), queued->version);
    latest.back().second = std::max(latest.back().second, queued->version);
  }
  Columns last(latest.size());
  for (const auto& [poll, version] : latest) {
    last.polls.push_back(poll);
    last.times.push_back(bigint(version.time));
    last.sequences.push_back(bigint(version.sequence));
  }
  postgres::Parameters all;
  all.add(columns.polls)
      .add(columns.voters)
      .add(columns.selections)
      .add(columns.times)
      .add(columns.sequences);
  return std::move(all.add(std::int64_t{slot}).add(last.polls).add(last.times).add(last.sequences));
}

// Each once. While a poll's policy changes, a batch may have votes of both kinds; it keeps first votes then.
std::vector<std::string_view> polls_voted_in_once(const Votes& votes) {
  std::vector<std::string_view> polls;
  for (const poll::QueuedVote* queued : votes) {
    const std::string_view poll = queued->vote.poll.text();
    if (queued->vote.once && (polls.empty() || polls.back() != poll)) polls.push_back(poll);
  }
  return polls;
}

Result<std::vector<poll::PollId>> polls_in(const postgres::Rows& rows) {
  std::vector<poll::PollId> polls;
  for (int row = 0; row < rows.size(); ++row) {
    auto poll = poll::PollId::parse(rows.text(row, 0));
    if (!poll) return poll.error();
    polls.push_back(std::move(*poll));
  }
  return polls;
}

}  // namespace

PostgresVoteRecorder::PostgresVoteRecorder(const postgres::Url& url, const Options& options)
    : slots_(options.slots),
      session_(url, options.session, [this](postgres::Connection& connection, const WaitLimit& limit) {
        return prepare(connection, limit);
      }) {}

Result<std::unique_ptr<PostgresVoteRecorder>> PostgresVoteRecorder::open(const postgres::Url& url,
                                                                         const Options& options,
                                                                         const WaitLimit& start) {
  auto connection = postgres::open_session(url, start);
  if (!connection) return connection.error();
  const auto migrated = migrate(*connection, postgres_migrations(),
                                {.waiting = start, .applying = migration_timeout, .progress = {}});
  if (!migrated) return migrated.error();
  return std::unique_ptr<PostgresVoteRecorder>(new PostgresVoteRecorder(url, options));
}

Result<void> PostgresVoteRecorder::prepare(postgres::Connection& connection, const WaitLimit& limit) {
  const auto slot = connection.execute(
      take_slot_sql, postgres::Parameters().add(std::int64_t{postgres_lock_class}).add(std::int64_t{slots_}),
      limit);
  if (!slot) return slot.error();
  slot_ = slot->size() == 0 ? postgres_slots : static_cast<int>(slot->number(0, 0));
  if (auto prepared = connection.prepare(record_newest, record_sql(is_newer), limit); !prepared) {
    return prepared;
  }
  return connection.prepare(record_once, record_sql(is_newer_or_first), limit);
}

Result<std::vector<poll::PollId>> PostgresVoteRecorder::record(std::span<const poll::QueuedVote> batch) {
  const auto votes = poll::remaining_votes(batch);
  if (!votes) return votes.error();
  if (votes->empty()) return std::vector<poll::PollId>{};
  const WaitLimit limit = session_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  return slot_ == postgres_slots ? write_in_turn(**connection, *votes, limit)
                                 : write(**connection, *votes, limit);
}

// Changes no row, but fails like record() if the database is read-only, a table is missing or locked, or the
// right to write it is missing.
Result<void> PostgresVoteRecorder::probe() {
  constexpr const char* touch_tables_sql = R"sql(
    WITH touched_votes AS (UPDATE pollux_votes SET selection = selection WHERE false),
         touched_tallies AS (UPDATE pollux_tallies SET count = count WHERE false)
    UPDATE pollux_tally_slots SET changes = changes WHERE false)sql";
  const WaitLimit limit = session_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto done = (*connection)->execute(touch_tables_sql, postgres::Parameters(), limit);
  if (!done) return done.error();
  return {};
}

Result<std::vector<poll::PollId>> PostgresVoteRecorder::write(postgres::Connection& connection,
                                                              const Votes& votes, const WaitLimit& limit) {
  postgres::Parameters batch = parameters(votes, slot_);
  const auto once = polls_voted_in_once(votes);
  if (!once.empty()) batch.add(once);
  for (int attempt = 1;; ++attempt) {
    const auto rows = connection.execute_prepared(once.empty() ? record_newest : record_once, batch, limit);
    if (rows) return polls_in(*rows);
    const std::string& state = connection.sql_state();
    if ((state != deadlock && state != serialization_failure) || attempt == max_write_attempts)
      return rows.error();
  }
}

Result<std::vector<poll::PollId>> PostgresVoteRecorder::write_in_turn(postgres::Connection& connection,
                                                                      const Votes& votes,
                                                                      const WaitLimit& limit) {
  const postgres::Parameters lock =
      postgres::Parameters().add(std::int64_t{postgres_lock_class}).add(std::int64_t{postgres_slots});
  const auto locked = connection.execute("SELECT pg_advisory_lock($1::int, $2::int)", lock, limit);
  if (!locked) return locked.error();
  auto written = write(connection, votes, limit);
  if (!connection.usable()) return written;  // the lock went with it
  const auto unlocked = connection.execute("SELECT pg_advisory_unlock($1::int, $2::int)", lock, limit);
  if (!unlocked) return unlocked.error();
  return written;
}

}  // namespace pollux::store
