// What this store promises beyond the port; the port's own promises are in tests/conformance.
#include "store/sqlite_vote_store.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/testing/temporary_directory.hpp"

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
  std::unique_ptr<SqliteVoteStore> open(const SqliteVoteStore::Options& options) {
    return SqliteVoteStore::open(path_, options).value();
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "pollux.db";
};

TEST_F(SqliteVoteStoreTest, RefusesABatchThatDoesNotFitAndKeepsWhatItHas) {
  const auto store = open({.max_bytes = 1U << 20U});
  std::uint64_t recorded = 0;
  Result<std::vector<poll::Tally>> tallies = std::vector<poll::Tally>{};
  while (recorded < 20'000 && (tallies = store->record(votes(1 + recorded, 500)))) recorded += 500;
  ASSERT_FALSE(tallies);
  EXPECT_EQ(tallies.error().code, ErrorCode::unavailable);
  EXPECT_THAT(tallies.error().message,
              testing::AllOf(testing::HasSubstr(path_.string()), testing::HasSubstr("Make room for it.")));
  EXPECT_GT(recorded, 0U);
  EXPECT_EQ(store->recount(poll()).value().begin()->second, recorded);
  EXPECT_EQ(store->tally(poll()).value().total(), recorded);
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
    ASSERT_EQ(run("ALTER TABLE " + table + " RENAME TO away"), SQLITE_OK);
    EXPECT_FALSE(store->probe()) << table;
    ASSERT_EQ(run("ALTER TABLE away RENAME TO " + table), SQLITE_OK);
    EXPECT_TRUE(store->probe()) << table;
  }
  EXPECT_TRUE(store->record(votes(1, 1)));
  sqlite3_close(other);
}

TEST_F(SqliteVoteStoreTest, RefusesABatchWhileAnotherProgramWritesAndRecordsItAfterwards) {
  const auto store = open({.busy_timeout = std::chrono::milliseconds(1)});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = store->record(votes(1, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("in use by another program"));
  EXPECT_EQ(store->tally(poll()).value().total(), 0U) << "reading goes on meanwhile";
  sqlite3_close(other);
  EXPECT_TRUE(store->record(votes(1, 1)));
}

TEST_F(SqliteVoteStoreTest, SaysWhereTheTallyDoesNotBelongToTheVotes) {
  const auto store = open({});
  ASSERT_TRUE(store->record(votes(1, 2)));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "DELETE FROM tally_counts", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  auto changed = votes(1, 1);
  changed.front().version.time = 2;
  changed.front().vote.selection = poll::Selection::parse("b").value();
  const auto refused = store->record(changed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::internal);
  EXPECT_EQ(store->recount(poll()).value().size(), 1U) << "nothing of the batch is recorded";
}

}  // namespace
}  // namespace pollux::store
