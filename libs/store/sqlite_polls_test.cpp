#include "store/sqlite_polls.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"
#include "store/migrations.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

poll::PollId id(const std::string& text) {
  return poll::PollId::parse(text).value();
}

class SqlitePollsTest : public testing::Test {
 protected:
  void record(const std::string& poll, const std::string& voter, const std::string& selection) {
    const poll::QueuedVote vote{
        .version = {++time_, 0},
        .vote = {id(poll), poll::VoterId::parse(voter).value(), poll::Selection::parse(selection).value()}};
    ASSERT_TRUE(store_->record({&vote, 1}));
  }

  std::uint64_t time_ = 0;
  TemporaryDirectory directory_;
  std::unique_ptr<SqliteVoteStore> store_ =
      SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
  SqlitePolls polls_ = SqlitePolls::open(*store_).value();
  const poll::PollId poll_ = id("default");
  const poll::PollDefinition cats_{"Cats vs Dogs!", {"Cats", "Dogs"}};
};

TEST_F(SqlitePollsTest, ReturnNoRunInANewDatabase) {
  EXPECT_EQ(polls_.newest_run(poll_).value(), std::nullopt);
}

TEST_F(SqlitePollsTest, FindVotesRecordedWithoutADefinition) {
  record("default", "ann", "a");
  record("lunch.7", "ann", "b");
  const poll::RecordedRun run = polls_.newest_run(poll_).value().value();
  EXPECT_EQ(run.run, 1U);
  EXPECT_EQ(run.definition, std::nullopt);
  EXPECT_EQ(run.counts, (poll::SelectionCounts{{poll::Selection::parse("a").value(), 1}}));
}

TEST_F(SqlitePollsTest, StoreTheNewestRunAndItsDefinition) {
  record("default", "ann", "a");
  ASSERT_TRUE(polls_.define(id("default.10"), {"Old?", {"x", "y"}}));
  ASSERT_TRUE(polls_.define(id("default.10"), cats_));
  ASSERT_TRUE(polls_.define(id("default.9"), {"Older?", {"x", "y"}}));
  const poll::RecordedRun run = polls_.newest_run(poll_).value().value();
  EXPECT_EQ(run.run, 10U);
  EXPECT_EQ(run.definition, cats_);
  EXPECT_TRUE(run.counts.empty());
}

TEST_F(SqlitePollsTest, AreDeletedByAResetAndTheNextRunFollows) {
  record("default", "ann", "a");
  record("default.2", "ann", "a");
  record("default.2", "bob", "b");
  record("lunch", "bob", "b");
  const auto before = polls_.recorded(poll_).value();
  EXPECT_EQ(before.votes, 3U);
  EXPECT_EQ(before.runs, 2U);
  ASSERT_TRUE(polls_.reset(poll_));
  EXPECT_EQ(polls_.recorded(poll_).value().votes, 0U);
  EXPECT_EQ(store_->tally(id("default.2")).value().version, 0U);
  EXPECT_EQ(SqliteRecordedVotes(store_->path()).counts(id("lunch")).size(), 1U) << "another poll's";
  const poll::RecordedRun run = polls_.newest_run(poll_).value().value();
  EXPECT_EQ(run.run, 3U);
  EXPECT_EQ(run.definition, std::nullopt);
}

// As the previous version left it.
TEST(SqlitePollsOfThePreviousVersion, KeepTheirVotes) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "pollux.db";
  {
    auto connection = SqliteConnection::open(path).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(1), path));
    ASSERT_TRUE(
        connection.execute("INSERT INTO votes VALUES ('default', 'ann', 'b', 1, 0);"
                           "INSERT INTO tallies VALUES ('default', 1, 1, 0);"
                           "INSERT INTO tally_counts VALUES ('default', 'b', 1);"));
  }
  const auto store = SqliteVoteStore::open(path, {}).value();
  const poll::RecordedRun run = SqlitePolls::open(*store).value().newest_run(id("default")).value().value();
  EXPECT_EQ(run.run, 1U);
  EXPECT_EQ(run.definition, std::nullopt);
  EXPECT_EQ(run.counts, (poll::SelectionCounts{{poll::Selection::parse("b").value(), 1}}));
}

}  // namespace
}  // namespace pollux::store
