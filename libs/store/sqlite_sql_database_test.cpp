// What the suites of PollStore and the stores of accounts in tests/conformance do not test: the file.
#include "store/sqlite_sql_database.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/testing/temporary_directory.hpp"
#include "poll/testing/images.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_polls.hpp"
#include "store/testing/examples.hpp"
#include "store/testing/locked_database.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using testing::HasSubstr;

class SqlitePollStoreTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "pollux.db";
};

TEST_F(SqlitePollStoreTest, KeepsPollsWhenTheProgramStartsAgain) {
  const poll::PollId id = example_poll_id();
  {
    const auto votes = SqliteVoteStore::open(path_, {}).value();
    ASSERT_TRUE(open_sqlite_poll_store(*votes).value()->create(id, example_content(), example_time));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  EXPECT_EQ(open_sqlite_poll_store(*votes).value()->find(id).value().content, example_content());
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
  ASSERT_TRUE(store->create(example_poll_id(), example_content(), example_time));
  const poll::PollId settings_poll = poll::PollId::parse("default").value();
  const auto run = SqlitePolls::open(*votes).value().newest_run(settings_poll).value().value();
  EXPECT_EQ(run.definition, (poll::PollDefinition{"Cats vs Dogs!", {"Cats", "Dogs"}}));
  EXPECT_EQ(run.counts, (poll::SelectionCounts{{poll::Selection::parse("b").value(), 1}}));
}

TEST_F(SqlitePollStoreTest, ReportsAPollThatItCanNotRead) {
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  const poll::PollId id = example_poll_id();
  ASSERT_TRUE(store->create(id, example_content(), example_time));
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
  const poll::PollId id = example_poll_id();
  std::optional<LockedDatabase> lock(std::in_place, path_);
  const auto rejected = store->create(id, example_content(), example_time);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable);
  EXPECT_THAT(rejected.error().message, HasSubstr("is in use by another program"));
  EXPECT_TRUE(store->list({})) << "reading does not wait";
  lock.reset();
  EXPECT_TRUE(store->create(id, example_content(), example_time));
}

class SqliteAccountStoresTest : public SqlitePollStoreTest {
 protected:
};

TEST_F(SqliteAccountStoresTest, KeepAccountsWhenTheProgramStartsAgain) {
  {
    const auto votes = SqliteVoteStore::open(path_, {}).value();
    ASSERT_TRUE(open_sqlite_account_stores(*votes).value().account_store->set_up(
        {}, example_owner(), example_event(), example_time));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  EXPECT_EQ(open_sqlite_account_stores(*votes).value().account_store->find(example_owner().id).value(),
            example_owner());
}

// As the previous version left it: a poll that someone made, with a vote.
TEST_F(SqliteAccountStoresTest, AreAddedToTheDataOfThePreviousVersion) {
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(3), path_));
    ASSERT_TRUE(connection.execute(
        "INSERT INTO managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, 'never', "
        "'live', "
        "NULL, NULL, NULL, 'UTC', 1, 2, NULL);"
        "INSERT INTO managed_runs VALUES ('lunch', 1, "
        "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL);"
        "INSERT INTO votes VALUES ('lunch', 'ann', 'b', 1, 0);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto stores = open_sqlite_account_stores(*votes).value();
  EXPECT_FALSE(stores.account_store->has_accounts().value());
  ASSERT_TRUE(stores.account_store->set_up({}, example_owner(), example_event(), example_time));
  EXPECT_TRUE(open_sqlite_poll_store(*votes).value()->find(poll::PollId::parse("lunch").value()));
  EXPECT_EQ(SqliteRecordedVotes(path_).counts(poll::PollId::parse("lunch").value()).size(), 1U);
}

// As the previous version left it: a poll that someone made, and one that was deleted.
TEST_F(SqlitePollStoreTest, ExportsPollsOfThePreviousVersion) {
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(5), path_));
    ASSERT_TRUE(connection.execute(
        "INSERT INTO managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, 'never', "
        "'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL),"
        "('gone', 'K7MXQ5', '', '', 'closed', 1, 4, 'never', 'live', NULL, NULL, NULL, 'UTC', 1, 2, 3, NULL, "
        "NULL);"
        "INSERT INTO votes VALUES ('lunch', 'ann', 'b', 1, 0);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto reader = open_sqlite_vote_reader(*votes).value();
  EXPECT_EQ(reader->votes(poll::PollId::parse("lunch").value(), {}, 2).value().size(), 1U);
  EXPECT_TRUE(reader->export_key(poll::PollId::parse("lunch").value()));
  EXPECT_FALSE(reader->export_key(poll::PollId::parse("gone").value()));
}

// As the previous version left it: a poll that was closed long ago.
TEST_F(SqlitePollStoreTest, DeletesVotesOfThePreviousVersion) {
  const poll::PollId lunch = poll::PollId::parse("lunch").value();
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(6), path_));
    ASSERT_TRUE(connection.execute(
        "INSERT INTO managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'closed', 1, 2, 'never', "
        "'live', 30, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL);"
        "INSERT INTO managed_runs VALUES ('lunch', 1, "
        "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, 2);"
        "INSERT INTO votes VALUES ('lunch', 'ann', 'b', 1, 0);"
        "INSERT INTO tallies VALUES ('lunch', 1, 1, 0);"
        "INSERT INTO tally_counts VALUES ('lunch', 'b', 1);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  EXPECT_EQ(store->find(lunch).value().votes_deleted_at, std::nullopt);
  EXPECT_EQ(store->erase_expired(10, example_time).value().votes, 1U);
  EXPECT_EQ(votes->tally(lunch).value().counts.size(), 1U);
}

// As the previous version left it, with a program of that version that deletes a poll.
TEST_F(SqlitePollStoreTest, KeepsLogosForPollsOfThePreviousVersion) {
  const poll::PollId lunch = poll::PollId::parse("lunch").value();
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(8), path_));
    ASSERT_TRUE(connection.execute(
        "INSERT INTO managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, 'never', "
        "'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL, '#0b7267', 'dark');"
        "INSERT INTO managed_runs VALUES ('lunch', 1, "
        "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL, "
        "NULL);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  poll::PollContent content = store->find(lunch).value().content;
  EXPECT_EQ(content.theme, (poll::Theme{parse_color("#0b7267"), poll::ColorScheme::dark, std::nullopt}));
  EXPECT_FALSE(content.policies.require_cookie);
  content.theme.logo = poll::make_logo(poll::png(320, 96), "School").value();
  ASSERT_TRUE(store->edit(lunch, 2, content, example_time));
  EXPECT_EQ(store->find(lunch).value().content, content);
  auto connection = SqliteConnection::open(path_).value();
  ASSERT_TRUE(connection.execute("UPDATE managed_polls SET title = '', search = '', removed_at = 3"));
  ASSERT_TRUE(store->erase_removed(10));
  // Fails if there is one.
  EXPECT_TRUE(connection.execute(
      "CREATE TABLE no_logo (logo TEXT CHECK (logo IS NULL), logo_text TEXT CHECK (logo_text = ''));"
      "INSERT INTO no_logo SELECT logo, logo_text FROM managed_polls"));
}

// With a program of the previous version that goes on.
TEST_F(SqlitePollStoreTest, FindsOutWhatTheLogosOfThePreviousVersionAre) {
  const auto logo_text = [](const std::string& image) {
    std::string text;
    append_base64(text, image);
    return "'" + text + "'";
  };
  {
    auto connection = SqliteConnection::open(path_).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations().first(10), path_));
    ASSERT_TRUE(connection.execute(
        "INSERT INTO managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, 'never', "
        "'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL, NULL, 'auto', " +
        logo_text(poll::png(320, 96)) +
        ", 'School', 0);"
        "INSERT INTO managed_runs VALUES ('lunch', 1, "
        "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL, "
        "NULL);"));
  }
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto store = open_sqlite_poll_store(*votes).value();
  auto connection = SqliteConnection::open(path_).value();
  const auto listed = [&] { return store->list({}).value().polls.at(0).content.theme.logo; };
  const auto damage = [&] { return connection.execute("UPDATE managed_polls SET logo = '?'"); };
  const auto first = poll::make_logo(poll::png(320, 96), "School").value();
  EXPECT_EQ(listed(), first);
  ASSERT_TRUE(damage());
  EXPECT_EQ(listed(), first) << "the image is not read again";
  const auto second = poll::make_logo(poll::jpeg(9, 8), "School").value();
  ASSERT_TRUE(
      connection.execute("UPDATE managed_polls SET revision = 3, logo = " + logo_text(poll::jpeg(9, 8))));
  EXPECT_EQ(listed(), second);
  EXPECT_EQ(store->find(poll::PollId::parse("lunch").value()).value().content.theme.logo, second);
  ASSERT_TRUE(damage());
  EXPECT_EQ(listed(), second);
  ASSERT_TRUE(connection.execute("UPDATE managed_polls SET revision = 4, logo = NULL, logo_text = ''"));
  EXPECT_EQ(listed(), std::nullopt);
}

TEST_F(SqliteAccountStoresTest, ReportAnAccountThatTheyCanNotRead) {
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto stores = open_sqlite_account_stores(*votes).value();
  ASSERT_TRUE(stores.account_store->set_up({}, example_owner(), example_event(), example_time));
  auto connection = SqliteConnection::open(path_).value();
  ASSERT_TRUE(connection.execute("UPDATE accounts SET role = 'auditor'"));
  const auto found = stores.account_store->find(example_owner().id);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, accounts::AccountErrorCode::internal);
  EXPECT_THAT(found.error().message, HasSubstr("A newer version may have written it"));
}

TEST_F(SqliteAccountStoresTest, ProtectTheAuditLogFromOtherPrograms) {
  const auto votes = SqliteVoteStore::open(path_, {}).value();
  const auto stores = open_sqlite_account_stores(*votes).value();
  const auto clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ASSERT_TRUE(stores.audit_log->append(accounts::event_of_program("test", "recent", clock)));
  auto connection = SqliteConnection::open(path_).value();
  for (const char* manipulation :
       {"UPDATE audit_events SET actor = 'someone else'", "DELETE FROM audit_events"}) {
    EXPECT_FALSE(connection.execute(manipulation)) << manipulation;
  }
  EXPECT_EQ(stores.audit_log->list({}).value().records.at(0).event.actor, "pollux");
}

}  // namespace
}  // namespace pollux::store
