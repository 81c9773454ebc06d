// What the suite of PollStore in tests/conformance does not test: the file.
#include "store/sqlite_poll_store.hpp"

#include <chrono>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"
#include "poll/question_json.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_polls.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using testing::HasSubstr;

constexpr poll::PollTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27);

poll::PollContent content() {
  return {.title = "Drinks",
          .question = poll::parse_question_json(
                          R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})")
                          .value()};
}
poll::PollId new_id() {
  return poll::make_poll_id(now);
}

class SqlitePollStoreTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "pollux.db";
};

TEST_F(SqlitePollStoreTest, KeepsPollsWhenTheProgramStartsAgain) {
  const poll::PollId id = new_id();
  {
    const auto votes = SqliteVoteStore::open(path_, {}).value();
    ASSERT_TRUE(open_sqlite_poll_store(*votes).value()->create(id, content(), now));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  EXPECT_EQ(open_sqlite_poll_store(*votes).value()->find(id).value().content, content());
}

// As the previous version left it: the poll of the settings with a definition and votes.
TEST_F(SqlitePollStoreTest, IsAddedToTheDataOfThePreviousVersion) {
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(2), path_));
    ASSERT_TRUE(
        connection.execute("INSERT INTO polls VALUES ('default', 'Cats vs Dogs!', 'Cats\nDogs');"
                           "INSERT INTO votes VALUES ('default', 'ann', 'b', 1, 0);"
                           "INSERT INTO tallies VALUES ('default', 1, 1, 0);"
                           "INSERT INTO tally_counts VALUES ('default', 'b', 1);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  EXPECT_TRUE(store->list({}).value().polls.empty()) << "the poll of the settings is none of them";
  ASSERT_TRUE(store->create(new_id(), content(), now));
  const poll::PollId settings_poll = poll::PollId::parse("default").value();
  const auto run = SqlitePolls::open(*votes).value().newest_run(settings_poll).value().value();
  EXPECT_EQ(run.definition, (poll::PollDefinition{"Cats vs Dogs!", {"Cats", "Dogs"}}));
  EXPECT_EQ(run.counts, (poll::SelectionCounts{{poll::Selection::parse("b").value(), 1}}));
}

TEST_F(SqlitePollStoreTest, ReportsAPollThatItCanNotRead) {
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  const poll::PollId id = new_id();
  ASSERT_TRUE(store->create(id, content(), now));
  auto connection = SqliteConnection::open(path_).value();
  for (const char* damage : {"UPDATE managed_polls SET state = 'paused'",
                             "UPDATE managed_runs SET question = '{\"kind\":\"new\"}'",
                             "UPDATE managed_polls SET code = 'short'"}) {
    ASSERT_TRUE(connection.execute(damage));
    const auto found = store->find(id);
    ASSERT_FALSE(found) << damage;
    EXPECT_EQ(found.error().code, poll::PollErrorCode::internal);
    EXPECT_THAT(found.error().message, HasSubstr(id.text()));
    EXPECT_THAT(found.error().message, HasSubstr("A newer version may have written it"));
  }
}

TEST_F(SqlitePollStoreTest, IsUnavailableWhileAnotherProgramWrites) {
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes, {}, std::chrono::milliseconds(10)).value();
  const poll::PollId id = new_id();
  auto other = SqliteConnection::open(path_).value();
  ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));
  const auto rejected = store->create(id, content(), now);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable);
  EXPECT_THAT(rejected.error().message, HasSubstr("is in use by another program"));
  EXPECT_TRUE(store->list({})) << "reading does not wait";
  ASSERT_TRUE(other.execute("ROLLBACK"));
  EXPECT_TRUE(store->create(id, content(), now));
}

}  // namespace
}  // namespace pollux::store
