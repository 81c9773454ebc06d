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

Database::Database() {
  keep_databases_in_memory();
  const auto path = directory_.path() / "votes.db";
  votes_ = store::SqliteVoteStore::open(path, {}).value();
  polls_ = store::open_sqlite_poll_store(*votes_).value();
  sql_ = std::make_unique<store::SqliteConnection>(store::SqliteConnection::open(path).value());
  select_rows_.emplace(
      sql_->prepare("SELECT voter, selection, version_time, version_sequence FROM votes WHERE poll = ?1")
          .value());
}

void Database::clear() {
  delete_rows();
  commits_.clear();
}

void Database::delete_rows() {
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

Database::Batch Database::fail_over(std::size_t newest) {
  Batch forgotten;
  for (; newest > 0 && !commits_.empty(); --newest) {
    const Batch* const batch = std::get_if<Batch>(&commits_.back());
    if (batch == nullptr) break;
    forgotten.insert(forgotten.end(), batch->begin(), batch->end());
    commits_.pop_back();
  }
  if (forgotten.empty()) return forgotten;
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
