#include "simulation/database.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <sqlite3.h>

#include "store/sqlite_sql_database.hpp"

namespace pollux::simulation {
namespace {

// https://www.sqlite.org/src/file/src/memdb.c: databases whose name begins with a slash are shared by all
// connections of the process, and end with the last of them.
void keep_databases_in_memory() {
  sqlite3_vfs* const memory = sqlite3_vfs_find("memdb");
  if (memory == nullptr || sqlite3_vfs_register(memory, 1) != SQLITE_OK)
    throw std::runtime_error("This SQLite has no file system in memory (memdb, since 3.36).");
}

}  // namespace

// The store of polls, whose only change by the announcer is a commit that may be forgotten, too.
class Database::LoggedPolls : public poll::PollStore {
 public:
  LoggedPolls(Database& database, poll::PollStore& store) : database_(database), store_(store) {}

  Changed create(const poll::NewPoll& poll, poll::PollTime now) override { return store_.create(poll, now); }
  Changed find(const poll::PollId& id) override { return store_.find(id); }
  Changed find(const poll::PollCode& code) override { return store_.find(code); }
  poll::PollResult<poll::PollPage> list(const poll::PollQuery& query) override { return store_.list(query); }
  Changed edit(const poll::PollId& id, std::uint64_t revision, const poll::PollContent& content,
               poll::PollTime now) override {
    return store_.edit(id, revision, content, now);
  }
  Changed change(const poll::PollId& id, poll::PollAction action, std::optional<std::uint64_t> revision,
                 poll::PollTime now) override {
    return store_.change(id, action, revision, now);
  }
  Changed recover(const poll::PollId& id, std::uint64_t revision, const poll::LostChange& lost,
                  poll::PollTime now) override {
    return database_.change([=](poll::PollStore& polls) { return polls.recover(id, revision, lost, now); });
  }
  poll::PollResult<std::vector<poll::PollRun>> runs(const poll::PollId& id) override {
    return store_.runs(id);
  }
  poll::PollResult<std::uint64_t> change_count() override { return store_.change_count(); }
  poll::PollResult<std::map<poll::PollId, std::uint64_t>> revisions() override { return store_.revisions(); }
  poll::PollResult<std::vector<poll::DueAction>> due(poll::PollTime now, std::size_t limit) override {
    return store_.due(now, limit);
  }
  poll::PollResult<void> remove(const poll::PollId& id, std::uint64_t revision, poll::PollTime now) override {
    return store_.remove(id, revision, now);
  }
  poll::PollResult<std::size_t> erase_removed(std::size_t max_votes) override {
    return store_.erase_removed(max_votes);
  }
  poll::PollResult<poll::ExpiredVotes> erase_expired(std::size_t max_votes, poll::PollTime now) override {
    return store_.erase_expired(max_votes, now);
  }

 private:
  Database& database_;
  poll::PollStore& store_;
};

Database::Database() {
  keep_databases_in_memory();
  const auto path = directory_.path() / "votes.db";
  votes_ = store::SqliteVoteStore::open(path, {}).value();
  polls_ = store::open_sqlite_poll_store(*votes_, {.make_code = [this] { return next_code(); }}).value();
  logged_polls_ = std::make_unique<LoggedPolls>(*this, *polls_);
  sql_ = std::make_unique<store::SqliteConnection>(store::SqliteConnection::open(path).value());
  select_rows_.emplace(
      sql_->prepare("SELECT voter, selection, version_time, version_sequence FROM votes WHERE poll = ?1")
          .value());
}

Database::~Database() = default;

void Database::clear() {
  delete_rows();
  commits_.clear();
  kept_ = 0;
}

// A repeated commit makes the same code, for the few polls of a history.
poll::PollCode Database::next_code() {
  constexpr std::string_view last = "34679CDF";
  return poll::PollCode::parse("K7MXQ" + std::string(1, last.at(codes_++ % last.size()))).value();
}

void Database::delete_rows() {
  codes_ = 0;
  sql_->execute(
          "BEGIN; DELETE FROM votes; DELETE FROM tally_counts; DELETE FROM tallies; "
          "DELETE FROM managed_runs; DELETE FROM managed_polls; COMMIT")
      .value();
}

Result<std::vector<poll::PollId>> Database::record(std::span<const poll::QueuedVote> batch) {
  auto changed = votes_->record(batch);
  if (changed) commits_.emplace_back(Batch(batch.begin(), batch.end()));
  return changed;
}

Database::Changed Database::change(const PollChange& change) {
  auto changed = change(*polls_);
  if (changed) commits_.emplace_back(change);
  return changed;
}

Database::Forgotten Database::fail_over(std::size_t newest) {
  Forgotten forgotten;
  for (; newest > 0 && commits_.size() > kept_; --newest) {
    if (const Batch* const batch = std::get_if<Batch>(&commits_.back())) {
      forgotten.votes.insert(forgotten.votes.end(), batch->begin(), batch->end());
    } else {
      ++forgotten.poll_changes;
    }
    commits_.pop_back();
  }
  if (forgotten.votes.empty() && forgotten.poll_changes == 0) return forgotten;
  delete_rows();
  for (const Commit& commit : commits_) repeat(commit);
  return forgotten;
}

void Database::repeat(const Commit& commit) {
  if (const Batch* const batch = std::get_if<Batch>(&commit)) {
    (void)votes_->record(*batch).value();
  } else {
    (void)std::get<PollChange>(commit)(*polls_).value();
  }
}

bool Database::has_committed(const poll::QueuedVote& vote) const {
  return std::ranges::any_of(commits_, [&](const Commit& commit) {
    const Batch* const batch = std::get_if<Batch>(&commit);
    return batch != nullptr && std::ranges::find(*batch, vote) != batch->end();
  });
}

std::map<poll::VoterId, RecordedVote> Database::rows(const poll::PollId& run) {
  store::SqliteStatement& statement = *select_rows_;
  const store::SqliteReset reset(statement);
  statement.bind(1, run.text());
  std::map<poll::VoterId, RecordedVote> rows;
  while (statement.step().value()) {
    rows.emplace(poll::VoterId::parse(statement.text(0)).value(),
                 RecordedVote{.selection = poll::Selection::parse(statement.text(1)).value(),
                              .version = {static_cast<std::uint64_t>(statement.number(2)),
                                          static_cast<std::uint64_t>(statement.number(3))}});
  }
  return rows;
}

void Database::execute(std::string_view sql, const poll::Vote& vote, std::string_view text) {
  auto statement = sql_->prepare(sql).value();
  statement.bind(1, vote.poll.text()).bind(2, vote.voter.text());
  if (!text.empty()) statement.bind(3, text);
  statement.run().value();
}

}  // namespace pollux::simulation
