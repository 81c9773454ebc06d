// What this store does beyond its ports, whose contracts are tested in tests/conformance.
#include "store/sqlite_vote_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing/temporary_directory.hpp"
#include "poll/testing/tabulate.hpp"
#include "store/testing/locked_database.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

const poll::PollId& poll() {
  static const poll::PollId id = poll::PollId::parse("default").value();
  return id;
}

// New voters, numbered from `first`.
std::vector<poll::QueuedVote> votes(std::uint64_t first, std::uint64_t count) {
  std::vector<poll::QueuedVote> batch;
  for (std::uint64_t n = first; n < first + count; ++n) {
    const std::string voter = std::string(200, 'v') + std::to_string(n);
    batch.push_back(
        {{1, n}, {poll(), poll::VoterId::parse(voter).value(), poll::Selection::parse("a").value()}});
  }
  return batch;
}

class SqliteVoteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteVoteStore> open(const SqliteOptions& options) {
    return SqliteVoteStore::open(path_, options).value();
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "pollux.db";
};

TEST_F(SqliteVoteStoreTest, RejectsABatchThatDoesNotFitAndKeepsTheRest) {
  const auto store = open({.max_bytes = 1U << 20U});
  std::uint64_t recorded = 0;
  Result<std::vector<poll::PollId>> changed = std::vector<poll::PollId>{};
  while (recorded < 20'000 && (changed = store->record(votes(1 + recorded, 500)))) recorded += 500;
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::unavailable);
  EXPECT_THAT(changed.error().message,
              testing::AllOf(testing::HasSubstr(path_.string()), testing::HasSubstr("Make room for it.")));
  EXPECT_GT(recorded, 0U);
  EXPECT_EQ(SqliteRecordedVotes(store->path()).counts(poll()).begin()->second, recorded);
  EXPECT_EQ(poll::total(store->tally(poll()).value()), recorded);
  EXPECT_TRUE(store->record(votes(1, 500))) << "what changes nothing needs no room";
}

TEST_F(SqliteVoteStoreTest, ProbeFailsWhileATableIsMissing) {
  const auto store = open({});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  const auto run = [other](const std::string& sql) {
    return sqlite3_exec(other, sql.c_str(), nullptr, nullptr, nullptr);
  };
  for (const std::string table : {"votes", "tallies", "tally_counts"}) {
    EXPECT_TRUE(store->probe());
    ASSERT_EQ(run("ALTER TABLE " + table + " RENAME TO renamed"), SQLITE_OK);
    EXPECT_FALSE(store->probe()) << table;
    ASSERT_EQ(run("ALTER TABLE renamed RENAME TO " + table), SQLITE_OK);
    EXPECT_TRUE(store->probe()) << table;
  }
  EXPECT_TRUE(store->record(votes(1, 1)));
  sqlite3_close(other);
}

TEST_F(SqliteVoteStoreTest, RejectsABatchWhileAnotherProgramWritesAndRecordsItAfterwards) {
  const auto store = open({.busy_timeout = std::chrono::milliseconds(1)});
  std::optional<LockedDatabase> lock(std::in_place, path_);
  const auto rejected = store->record(votes(1, 1));
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, ErrorCode::unavailable);
  EXPECT_THAT(rejected.error().message, testing::HasSubstr("in use by another program"));
  EXPECT_EQ(poll::total(store->tally(poll()).value()), 0U) << "reading goes on meanwhile";
  lock.reset();
  EXPECT_TRUE(store->record(votes(1, 1)));
}

TEST_F(SqliteVoteStoreTest, ReportsATallyThatDoesNotMatchTheVotes) {
  const auto store = open({});
  ASSERT_TRUE(store->record(votes(1, 2)));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "DELETE FROM tally_counts", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  auto changed = votes(1, 1);
  changed.front().version.time = 2;
  changed.front().vote.selection = poll::Selection::parse("b").value();
  const auto rejected = store->record(changed);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, ErrorCode::internal);
  EXPECT_EQ(SqliteRecordedVotes(store->path()).counts(poll()).size(), 1U)
      << "nothing of the batch is recorded";
}

// Processes that end during their work, and disks that fail.
constexpr std::uint64_t batch_size = 50;

poll::Selection selection_of(std::uint64_t voter) {
  return poll::Selection::parse(voter % 3 == 0 ? "a" : "b").value();
}

std::vector<poll::QueuedVote> batch_from(std::uint64_t first) {
  std::vector<poll::QueuedVote> batch;
  for (std::uint64_t n = first; n < first + batch_size; ++n) {
    batch.push_back(
        {{1, n}, {poll(), poll::VoterId::parse("voter" + std::to_string(n)).value(), selection_of(n)}});
  }
  return batch;
}

// The counts of the voters 1 to `count`.
poll::SelectionCounts counts_of_first(std::uint64_t count) {
  poll::SelectionCounts counts;
  for (std::uint64_t n = 1; n <= count; ++n) ++counts[selection_of(n)];
  return counts;
}

class Child {
 public:
  // Runs `work` in a process of its own that can report numbers.
  explicit Child(const std::function<void(const std::function<void(std::uint64_t)>&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      work([&](std::uint64_t number) { (void)!::write(ends[1], &number, sizeof number); });
      ::_exit(0);
    }
    ::close(ends[1]);
    reports_ = ends[0];
  }
  ~Child() {
    kill();
    ::close(reports_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next number, or false when the child has ended and all its numbers were read.
  bool next_report(std::uint64_t& number) {
    return ::read(reports_, &number, sizeof number) == sizeof number;
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
  int reports_ = -1;
};

TEST(SqliteVoteStoreCrash, KeepsRecordedVotesAndTheTallyRightWhenKilled) {
  for (const std::uint64_t reports_before_the_kill : {1U, 7U, 40U}) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "pollux.db";
    Child child([&](const auto& report) {
      // A small log, so that the kill may also come in the middle of a checkpoint.
      const auto store = SqliteVoteStore::open(path, {.checkpoint_bytes = 16'384}).value();
      for (std::uint64_t recorded = 0; store->record(batch_from(recorded + 1)); recorded += batch_size) {
        report(recorded + batch_size);
      }
    });
    std::uint64_t recorded = 0;
    for (std::uint64_t i = 0; i < reports_before_the_kill; ++i) ASSERT_TRUE(child.next_report(recorded));
    child.kill();
    while (child.next_report(recorded)) continue;

    const auto store = SqliteVoteStore::open(path, {}).value();
    const poll::Tally tally = store->tally(poll()).value();
    EXPECT_GE(poll::total(tally), recorded);
    EXPECT_EQ(poll::total(tally) % batch_size, 0U) << "a batch is there or not";
    EXPECT_EQ(tally.counts, counts_of_first(poll::total(tally)));
    EXPECT_EQ(tally.counts, SqliteRecordedVotes(store->path()).counts(poll()));
    EXPECT_EQ(store->latest_version().value(), (poll::Version{1, poll::total(tally)}));
  }
}

TEST(SqliteVoteStoreCrash, RejectsBatchesThatTheDiskRejectsAndKeepsThoseBefore) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "pollux.db";
  constexpr std::uint64_t rejected = 0;
  Child child([&](const auto& report) {
    ::signal(SIGXFSZ, SIG_IGN);  // writing past the limit then fails as on a broken disk
    const rlimit limit{300'000, 300'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto store = SqliteVoteStore::open(path, {}).value();
    for (std::uint64_t recorded = 0; recorded < 100'000; recorded += batch_size) {
      const auto done = store->record(batch_from(recorded + 1));
      if (!done) {
        if (done.error().code == ErrorCode::unavailable) report(rejected);
        break;
      }
      report(recorded + batch_size);
    }
    ::kill(::getpid(), SIGKILL);
  });
  std::uint64_t recorded = 0;
  std::uint64_t last = 0;
  while (child.next_report(last) && last != rejected) recorded = last;
  EXPECT_EQ(last, rejected) << "the store reported that the disk is full";
  EXPECT_GT(recorded, 0U);

  child.kill();
  const auto store = SqliteVoteStore::open(path, {}).value();
  EXPECT_EQ(store->tally(poll()).value().counts, counts_of_first(recorded));
  EXPECT_EQ(SqliteRecordedVotes(store->path()).counts(poll()), counts_of_first(recorded));
}

}  // namespace
}  // namespace pollux::store
