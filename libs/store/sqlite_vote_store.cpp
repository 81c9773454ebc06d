#include "store/sqlite_vote_store.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pollux::store {
namespace {

// Of each of these it is one statement that reads version and counts, so that they are of one moment.
//
// ?2: how many rows at most. What nearly every poll needs, and needs after each batch of votes: no sort, no
// temporary table.
constexpr std::string_view tally_sql = R"sql(
  SELECT tally_version, selection, count
  FROM tallies LEFT JOIN tally_counts ON tally_counts.poll = tallies.poll
  WHERE tallies.poll = ?1 LIMIT ?2)sql";

// ?2: how many keys at most, in the order of TallyReader.
constexpr std::string_view top_sql = R"sql(
  SELECT tally_version, selection, count, keys
  FROM tallies JOIN (
    SELECT selection, count, COUNT(*) OVER () AS keys
    FROM tally_counts WHERE poll = ?1 ORDER BY selection GLOB '>*', count DESC, selection LIMIT ?2)
  WHERE tallies.poll = ?1)sql";

constexpr std::string_view tally_version_sql = "SELECT tally_version FROM tallies WHERE poll = ?1";

constexpr std::string_view find_count_sql =
    "SELECT count FROM tally_counts WHERE poll = ?1 AND selection = ?2";

constexpr std::string_view latest_version_sql = R"sql(
  SELECT latest_time, latest_sequence FROM tallies ORDER BY latest_time DESC, latest_sequence DESC LIMIT 1)sql";

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

// Changes no row, but fails if a table that recording needs is missing or has other columns.
constexpr const char* touch_tables_sql = R"sql(
  UPDATE votes SET selection = selection, version_time = 0, version_sequence = 0
  WHERE poll IS NULL AND voter IS NULL;
  UPDATE tallies SET tally_version = 0, latest_time = 0, latest_sequence = 0 WHERE poll IS NULL;
  UPDATE tally_counts SET count = 0 WHERE poll IS NULL AND selection IS NULL)sql";

std::int64_t column(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

// The number that a bound statement finds; 0 if there is no row.
Result<std::uint64_t> look_up(SqliteStatement& statement) {
  const SqliteReset reset(statement);
  const auto row = statement.step();
  if (!row) return row.error();
  return *row ? static_cast<std::uint64_t>(statement.number(0)) : 0;
}

// A row (version, selection, count); without a selection if all counts of the poll are zero.
Result<void> read_row(SqliteStatement& statement, poll::Tally& tally) {
  tally.version = static_cast<std::uint64_t>(statement.number(0));
  if (statement.text(1).empty()) return {};
  const auto selection = poll::Selection::parse(statement.text(1));
  if (!selection) {
    return Error{ErrorCode::internal,
                 "The database has a tally of an invalid selection: " + selection.error().message};
  }
  tally.counts[*selection] = static_cast<std::uint64_t>(statement.number(2));
  return {};
}

// None if there are more than `max` keys.
Result<std::optional<poll::Tally>> read_all(SqliteStatement& statement, const poll::PollId& poll,
                                            std::int64_t max) {
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  const SqliteReset reset(statement);
  statement.bind(1, poll.text()).bind(2, max + 1);
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return std::optional(std::move(tally));
    if (auto read = read_row(statement, tally); !read) return read.error();
    if (tally.counts.size() > static_cast<std::size_t>(max)) return std::optional<poll::Tally>();
  }
}

Result<poll::Tally> read_top(SqliteStatement& statement, const poll::PollId& poll, std::int64_t top) {
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  std::uint64_t keys = 0;
  const SqliteReset reset(statement);
  statement.bind(1, poll.text()).bind(2, top);
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) break;
    if (auto read = read_row(statement, tally); !read) return read.error();
    keys = static_cast<std::uint64_t>(statement.number(3));
  }
  tally.omitted_keys = keys - tally.counts.size();
  return tally;
}

}  // namespace

// Records a batch, and what it changes in the tallies, in one transaction.
class SqliteVoteStore::Writer {
 public:
  static Result<Writer> prepare(SqliteConnection connection);

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch);
  Result<void> probe();

 private:
  using Votes = std::span<const poll::QueuedVote* const>;
  struct Statements {
    SqliteStatement find_vote;
    SqliteStatement put_vote;
    SqliteStatement put_tally;
    SqliteStatement raise_latest;
    SqliteStatement put_count;
    SqliteStatement delete_count;
    SqliteStatement tally_version;
    SqliteStatement find_count;
  };
  // What the recorded votes of one poll amount to.
  struct PollChange {
    poll::TallyChange counts;
    poll::Version latest;  // zero if every vote was known already
  };

  Writer(SqliteConnection connection, Statements statements)
      : connection_(std::move(connection)), statements_(std::move(statements)) {}

  Result<std::vector<poll::PollId>> record_all(Votes votes);
  Result<PollChange> record_votes(Votes votes_of_a_poll);
  Result<void> record_vote(const poll::QueuedVote& queued, PollChange& change);
  Result<void> change_tally(const poll::PollId& poll, const PollChange& change);
  Result<void> put_counts(const poll::PollId& poll, const poll::TallyChange& change);

  SqliteConnection connection_;  // first, because it must outlive the statements
  Statements statements_;
};

class SqliteVoteStore::Reader {
 public:
  static Result<Reader> prepare(SqliteConnection connection);

  Result<poll::Tally> tally(const poll::PollId& poll) {
    auto tally = read_all(tally_, poll, max_keys);
    if (!tally) return tally.error();
    return *tally ? std::move(**tally) : read_top(top_, poll, top_keys);
  }
  Result<poll::Tally> full_tally(const poll::PollId& poll) {
    auto tally = read_all(tally_, poll, max_full_keys);
    if (!tally) return tally.error();
    return *tally ? Result<poll::Tally>(std::move(**tally)) : too_many_keys(poll);
  }
  Result<poll::Version> latest_version();

 private:
  Reader(SqliteConnection connection, SqliteStatement tally, SqliteStatement top, SqliteStatement latest)
      : connection_(std::move(connection)),
        tally_(std::move(tally)),
        top_(std::move(top)),
        latest_(std::move(latest)) {}

  SqliteConnection connection_;  // first, because it must outlive the statements
  SqliteStatement tally_;
  SqliteStatement top_;
  SqliteStatement latest_;
};

class SqliteVoteStore::SeparateReader : public poll::TallyReader {
 public:
  explicit SeparateReader(Reader reader) : reader_(std::move(reader)) {}

  Result<poll::Tally> tally(const poll::PollId& poll) override { return reader_.tally(poll); }
  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return reader_.full_tally(poll); }

 private:
  Reader reader_;
};

auto SqliteVoteStore::Writer::prepare(SqliteConnection connection) -> Result<Writer> {
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
  auto tally_version = connection.prepare(tally_version_sql);
  if (!tally_version) return tally_version.error();
  auto find_count = connection.prepare(find_count_sql);
  if (!find_count) return find_count.error();
  return Writer(
      std::move(connection),
      {std::move(*find_vote), std::move(*put_vote), std::move(*put_tally), std::move(*raise_latest),
       std::move(*put_count), std::move(*delete_count), std::move(*tally_version), std::move(*find_count)});
}

Result<std::vector<poll::PollId>> SqliteVoteStore::Writer::record(std::span<const poll::QueuedVote> batch) {
  const auto votes = poll::remaining_votes(batch);
  if (!votes) return votes.error();
  auto transaction = SqliteTransaction::begin(connection_);
  if (!transaction) return transaction.error();
  auto changed = record_all(*votes);
  if (!changed) return changed.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return changed;
}

// Writes a page of the file unchanged, and touches the tables that record() writes.
Result<void> SqliteVoteStore::Writer::probe() {
  const auto version = connection_.number("PRAGMA user_version");
  if (!version) return version.error();
  auto transaction = SqliteTransaction::begin(connection_);
  if (!transaction) return transaction.error();
  auto done = connection_.execute("PRAGMA user_version = " + std::to_string(*version));
  if (!done) return done;
  if (done = connection_.execute(touch_tables_sql); !done) return done;
  return transaction->commit();
}

Result<std::vector<poll::PollId>> SqliteVoteStore::Writer::record_all(Votes votes) {
  std::vector<poll::PollId> changed;
  while (!votes.empty()) {
    const poll::PollId& poll = votes.front()->vote.poll;
    const auto next = std::ranges::find_if(
        votes, [&](const poll::QueuedVote* queued) { return queued->vote.poll != poll; });
    const auto count = static_cast<std::size_t>(next - votes.begin());
    const auto change = record_votes(votes.first(count));
    if (!change) return change.error();
    votes = votes.subspan(count);
    if (change->latest == poll::Version{}) continue;
    if (auto done = change_tally(poll, *change); !done) return done.error();
    if (!change->counts.empty()) changed.push_back(poll);
  }
  return changed;
}

auto SqliteVoteStore::Writer::record_votes(Votes votes_of_a_poll) -> Result<PollChange> {
  PollChange change;
  for (const poll::QueuedVote* queued : votes_of_a_poll) {
    if (auto done = record_vote(*queued, change); !done) return done.error();
  }
  return change;
}

Result<void> SqliteVoteStore::Writer::record_vote(const poll::QueuedVote& queued, PollChange& change) {
  const auto& [poll, voter, selection, trace, once] = queued.vote;
  std::optional<poll::Selection> previous;
  {
    SqliteStatement& find = statements_.find_vote;
    const SqliteReset reset(find);
    const auto known = find.bind(1, poll.text()).bind(2, voter.text()).step();
    if (!known) return known.error();
    if (*known) {
      const poll::Version recorded{static_cast<std::uint64_t>(find.number(1)),
                                   static_cast<std::uint64_t>(find.number(2))};
      if (once ? queued.version >= recorded : queued.version <= recorded) return {};
      auto parsed = poll::Selection::parse(find.text(0));
      if (!parsed) return Error{ErrorCode::internal, "The database has a vote with an invalid selection."};
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

Result<void> SqliteVoteStore::Writer::change_tally(const poll::PollId& poll, const PollChange& change) {
  auto version = look_up(statements_.tally_version.bind(1, poll.text()));
  if (!version) return version.error();
  if (!change.counts.empty()) ++*version;
  auto done = statements_.put_tally.bind(1, poll.text()).bind(2, column(*version)).run();
  if (!done) return done.error();
  const auto& [time, sequence] = change.latest;
  done = statements_.raise_latest.bind(1, poll.text()).bind(2, column(time)).bind(3, column(sequence)).run();
  if (!done) return done.error();
  return put_counts(poll, change.counts);
}

Result<void> SqliteVoteStore::Writer::put_counts(const poll::PollId& poll, const poll::TallyChange& change) {
  const auto deltas = change.deltas();
  poll::SelectionCounts counts;
  for (const auto& [key, delta] : deltas) {
    const auto count = look_up(statements_.find_count.bind(1, poll.text()).bind(2, key.text()));
    if (!count) return count.error();
    if (*count > 0) counts[key] = *count;
  }
  if (auto applied = change.apply_to(counts); !applied) return applied.error();
  for (const auto& [key, delta] : deltas) {
    const auto count = counts.find(key);
    SqliteStatement& statement = count == counts.end() ? statements_.delete_count : statements_.put_count;
    statement.bind(1, poll.text()).bind(2, key.text());
    if (count != counts.end()) statement.bind(3, column(count->second));
    if (auto done = statement.run(); !done) return done.error();
  }
  return {};
}

auto SqliteVoteStore::Reader::prepare(SqliteConnection connection) -> Result<Reader> {
  auto tally = connection.prepare(tally_sql);
  if (!tally) return tally.error();
  auto top = connection.prepare(top_sql);
  if (!top) return top.error();
  auto latest = connection.prepare(latest_version_sql);
  if (!latest) return latest.error();
  return Reader(std::move(connection), std::move(*tally), std::move(*top), std::move(*latest));
}

Result<poll::Version> SqliteVoteStore::Reader::latest_version() {
  const SqliteReset reset(latest_);
  const auto row = latest_.step();
  if (!row) return row.error();
  if (!*row) return poll::Version{};
  return poll::Version{static_cast<std::uint64_t>(latest_.number(0)),
                       static_cast<std::uint64_t>(latest_.number(1))};
}

SqliteVoteStore::SqliteVoteStore(SqliteDatabase database) : database_(std::move(database)) {}
SqliteVoteStore::~SqliteVoteStore() = default;

Result<std::unique_ptr<SqliteVoteStore>> SqliteVoteStore::open(const std::filesystem::path& path,
                                                               const SqliteOptions& options) {
  auto database = SqliteDatabase::open(path, options);
  if (!database) return database.error();
  std::unique_ptr<SqliteVoteStore> store(new SqliteVoteStore(*std::move(database)));
  auto for_writing = store->database_.connect_writer();
  if (!for_writing) return for_writing.error();
  auto writer = Writer::prepare(*std::move(for_writing));
  if (!writer) return writer.error();
  auto for_reading = store->database_.connect_reader();
  if (!for_reading) return for_reading.error();
  auto reader = Reader::prepare(*std::move(for_reading));
  if (!reader) return reader.error();
  store->writer_ = std::make_unique<Writer>(*std::move(writer));
  store->reader_ = std::make_unique<Reader>(*std::move(reader));
  return store;
}

Result<std::vector<poll::PollId>> SqliteVoteStore::record(std::span<const poll::QueuedVote> batch) {
  return writer_->record(batch);
}

Result<void> SqliteVoteStore::probe() {
  return writer_->probe();
}

Result<poll::Tally> SqliteVoteStore::tally(const poll::PollId& poll) {
  return reader_->tally(poll);
}

Result<poll::Tally> SqliteVoteStore::full_tally(const poll::PollId& poll) {
  return reader_->full_tally(poll);
}

Result<std::unique_ptr<poll::TallyReader>> SqliteVoteStore::open_reader() const {
  auto connection = database_.connect_reader();
  if (!connection) return connection.error();
  auto reader = Reader::prepare(*std::move(connection));
  if (!reader) return reader.error();
  return std::unique_ptr<poll::TallyReader>(std::make_unique<SeparateReader>(*std::move(reader)));
}

Result<poll::Version> SqliteVoteStore::latest_version() {
  return reader_->latest_version();
}

}  // namespace pollux::store
