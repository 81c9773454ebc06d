// What the suites of PollStore and the stores of accounts in tests/conformance do not test: migrations,
// rights, lost connections.
#include "store/postgres_sql_database.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "poll/testing/images.hpp"
#include "store/postgres_polls.hpp"
#include "store/postgres_recount.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_vote_recorder.hpp"
#include "store/testing/examples.hpp"
#include "store/testing/postgres_store_test.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::size_t migrations_before = 3;  // before the tables of this store

class PostgresPollStoreTest : public PostgresStoreTest {
 protected:
  postgres::Rows execute(const std::string& sql) { return owner_.execute(sql, generous_limit()).value(); }

  postgres::Connection owner_ = connect();
};

// As the previous version left it, with a worker of that version that goes on recording.
TEST_F(PostgresPollStoreTest, IsAddedToTheDataOfThePreviousVersion) {
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before), {generous_limit()}));
  execute(
      "INSERT INTO votes (id, vote) VALUES ('ann', 'a'), ('bob', 'b');"
      "INSERT INTO pollux_polls VALUES ('default', E'Cats vs Dogs!\nCats\nDogs')");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto store = open_postgres_poll_store(url_, {});
  EXPECT_TRUE(store->list({}).value().polls.empty()) << "the poll of the settings is none of them";
  ASSERT_TRUE(store->create(example_poll_id(), example_content(), example_time));
  execute("INSERT INTO votes (id, vote) VALUES ('cleo', 'b')");
  const poll::PollId settings_poll = poll::PollId::parse("default").value();
  EXPECT_EQ(PostgresRecordedVotes(url_).counts(settings_poll),
            (poll::SelectionCounts{{poll::Selection::parse("a").value(), 1},
                                   {poll::Selection::parse("b").value(), 2}}));
  EXPECT_EQ(PostgresPolls(url_, {}).runs(settings_poll).value().at(settings_poll),
            (poll::PollDefinition{"Cats vs Dogs!", {"Cats", "Dogs"}}));
}

TEST_F(PostgresPollStoreTest, ReportsThatADatabaseOfThePreviousVersionMustBeMigrated) {
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before), {generous_limit()}));
  const auto missing = open_postgres_poll_store(url_, {})->list({});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("pollux-worker migrate"));
}

TEST_F(PostgresPollStoreTest, MayBeReadByTheRoleOfTheResultService) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const poll::PollId id = example_poll_id();
  ASSERT_TRUE(open_postgres_poll_store(url_, {})->create(id, example_content(), example_time));
  const auto reader =
      open_postgres_poll_store(server().url(url_.parameter("dbname"), "pollux_result", "unused"), {});
  EXPECT_TRUE(reader->find(id));
  EXPECT_TRUE(reader->list({}));
  EXPECT_TRUE(reader->runs(id));
  const auto rejected = reader->edit(id, 1, example_content(), example_time);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable) << rejected.error().message;
  EXPECT_TRUE(reader->find(id)) << "the failed transaction was rolled back";
}

TEST_F(PostgresPollStoreTest, ChangesNothingIfTheConnectionIsLostDuringAChange) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  bool lost = false;
  const auto store = open_postgres_poll_store(url_, {}, {.make_code = [&] {
                                                if (!std::exchange(lost, true)) {
                                                  execute(
                                                      "SELECT pg_terminate_backend(pid, 20000) FROM "
                                                      "pg_stat_activity WHERE state = 'idle in transaction'");
                                                }
                                                return poll::PollCode::random();
                                              }});
  const poll::PollId id = example_poll_id();
  const auto rejected = store->create(id, example_content(), example_time);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable) << rejected.error().message;
  EXPECT_EQ(execute("SELECT count(*) FROM pollux_managed_polls").number(0, 0), 0);
  EXPECT_TRUE(store->create(id, example_content(), example_time)) << "in another connection";
}

TEST_F(PostgresPollStoreTest, DoesNotWaitForeverForAPollThatSomeoneElseChanges) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const poll::PollId id = example_poll_id();
  ASSERT_TRUE(open_postgres_poll_store(url_, {})->create(id, example_content(), example_time));
  execute("BEGIN; SELECT 1 FROM pollux_managed_polls FOR UPDATE");
  const auto store = open_postgres_poll_store(url_, {.call_timeout = 200ms});
  const auto rejected = store->change(id, poll::PollAction::open, {}, example_time);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable) << rejected.error().message;
  execute("ROLLBACK");
  EXPECT_TRUE(open_postgres_poll_store(url_, {})->change(id, poll::PollAction::open, {}, example_time));
}

// As the previous version left it, with a program of that version that deletes a poll.
TEST_F(PostgresPollStoreTest, ExportsPollsOfThePreviousVersion) {
  constexpr std::size_t migrations_before_exports = 6;
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_exports), {generous_limit()}));
  execute(
      "INSERT INTO pollux_managed_polls VALUES "
      "('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, 'never', 'live', NULL, NULL, NULL, 'UTC', 1, 2, "
      "NULL, NULL, NULL), "
      "('dinner', 'K7MXQ5', 'Food', 'food', 'draft', 1, 2, 'never', 'live', NULL, NULL, NULL, 'UTC', 1, 2, "
      "NULL, NULL, NULL)");
  execute("INSERT INTO pollux_votes VALUES ('lunch', 'ann', 'b', NULL, 1, 0)");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto reader = open_postgres_vote_reader(url_, {});
  const poll::PollId dinner = poll::PollId::parse("dinner").value();
  EXPECT_EQ(reader->votes(poll::PollId::parse("lunch").value(), {}, 2).value().size(), 1U);
  EXPECT_TRUE(reader->export_key(poll::PollId::parse("lunch").value()));
  EXPECT_TRUE(reader->export_key(dinner));
  execute("UPDATE pollux_managed_polls SET removed_at = 3 WHERE id = 'dinner'");
  const auto result =
      open_postgres_vote_reader(server().url(url_.parameter("dbname"), "pollux_result", "unused"), {});
  EXPECT_FALSE(result->export_key(dinner)) << "the role of the result service may not read it";
}

// As the previous version left it, with a program of that version that closes and opens a poll.
TEST_F(PostgresPollStoreTest, DeletesVotesOfThePreviousVersion) {
  constexpr std::size_t migrations_before_retention = 7;
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_retention), {generous_limit()}));
  execute(
      "INSERT INTO pollux_managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'closed', 1, 2, "
      "'never', 'live', 30, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL)");
  const std::string question =
      "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}'";
  execute("INSERT INTO pollux_managed_runs VALUES ('lunch', 1, " + question + ", 1, 2)");
  execute("INSERT INTO pollux_votes VALUES ('lunch', 'ann', 'b', NULL, 1, 0)");
  execute("SELECT pollux_count('lunch', ARRAY['b'], ARRAY[1::bigint], 1, 0)");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  execute("INSERT INTO pollux_managed_runs (poll, run, question, opened_at, closed_at) VALUES ('lunch', 1, " +
          question + ", 1, 2) ON CONFLICT (poll, run) DO UPDATE SET closed_at = excluded.closed_at");
  const auto store = open_postgres_poll_store(url_, {});
  EXPECT_EQ(store->erase_expired(10, example_time).value().votes, 1U);
  EXPECT_TRUE(recount_postgres(url_, {.connecting = generous_limit()}).value().empty())
      << "the tally without votes is no damage";
  EXPECT_EQ(execute("SELECT sum(count)::bigint FROM pollux_tallies").number(0, 0), 1);
}

// As the previous version left it, with a program of that version that deletes a poll.
TEST_F(PostgresPollStoreTest, KeepsLogosForPollsOfThePreviousVersion) {
  constexpr std::size_t migrations_before_logos = 10;
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_logos), {generous_limit()}));
  execute(
      "INSERT INTO pollux_managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, "
      "'never', 'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL, '#0b7267', 'dark')");
  execute(
      "INSERT INTO pollux_managed_runs VALUES ('lunch', 1, "
      "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL)");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto admin =
      open_postgres_poll_store(server().url(url_.parameter("dbname"), "pollux_admin", "unused"), {});
  const poll::PollId lunch = poll::PollId::parse("lunch").value();
  poll::PollContent content = admin->find(lunch).value().content;
  EXPECT_EQ(content.theme, (poll::Theme{parse_color("#0b7267"), poll::ColorScheme::dark, std::nullopt}));
  EXPECT_FALSE(content.policies.require_cookie);
  content.theme.logo = poll::make_logo(poll::png(320, 96), "School").value();
  ASSERT_TRUE(admin->edit(lunch, 2, content, example_time));
  const auto result =
      open_postgres_poll_store(server().url(url_.parameter("dbname"), "pollux_result", "unused"), {});
  EXPECT_EQ(result->find(lunch).value().content, content);
  execute("UPDATE pollux_managed_polls SET title = '', search = '', removed_at = 3");
  ASSERT_TRUE(admin->erase_removed(10));
  EXPECT_EQ(
      execute("SELECT count(*) FROM pollux_managed_polls WHERE logo IS NULL AND logo_text = ''").number(0, 0),
      1);
}

// With a program of the previous version that goes on.
TEST_F(PostgresPollStoreTest, FindsOutWhatTheLogosOfThePreviousVersionAre) {
  constexpr std::size_t migrations_before_formats = 12;
  const auto logo_text = [](const std::string& image) {
    std::string text;
    append_base64(text, image);
    return "'" + text + "'";
  };
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_formats), {generous_limit()}));
  execute(
      "INSERT INTO pollux_managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, "
      "'never', 'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL, NULL, NULL, NULL, 'auto', " +
      logo_text(poll::png(320, 96)) + ", 'School', 0)");
  execute(
      "INSERT INTO pollux_managed_runs VALUES ('lunch', 1, "
      "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL)");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto admin =
      open_postgres_poll_store(server().url(url_.parameter("dbname"), "pollux_admin", "unused"), {});
  const auto listed = [&] { return admin->list({}).value().polls.at(0).content.theme.logo; };
  const auto first = poll::make_logo(poll::png(320, 96), "School").value();
  EXPECT_EQ(listed(), first);
  execute("UPDATE pollux_managed_polls SET logo = '?'");
  EXPECT_EQ(listed(), first) << "the image is not read again";
  const auto second = poll::make_logo(poll::jpeg(9, 8), "School").value();
  execute("UPDATE pollux_managed_polls SET revision = 3, logo = " + logo_text(poll::jpeg(9, 8)));
  EXPECT_EQ(listed(), second);
  EXPECT_EQ(admin->find(poll::PollId::parse("lunch").value()).value().content.theme.logo, second);
  execute("UPDATE pollux_managed_polls SET logo = '?'");
  EXPECT_EQ(listed(), second);
  execute("UPDATE pollux_managed_polls SET revision = 4, logo = NULL, logo_text = ''");
  EXPECT_EQ(listed(), std::nullopt);
}

class PostgresAccountStoresTest : public PostgresPollStoreTest {
 protected:
  static constexpr std::size_t migrations_before_accounts = 4;

  bool succeeds(postgres::Connection& connection, const std::string& sql) {
    return connection.execute(sql, generous_limit()).has_value();
  }
};

// As the previous version left it, with a poll that someone made, and a worker of that version that goes on.
TEST_F(PostgresAccountStoresTest, AreAddedToTheDataOfThePreviousVersion) {
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_accounts), {generous_limit()}));
  execute(
      "INSERT INTO pollux_managed_polls VALUES ('lunch', 'K7MXQ4', 'Drinks', 'drinks', 'open', 1, 2, "
      "'never', "
      "'live', NULL, NULL, NULL, 'UTC', 1, 2, NULL)");
  execute(
      "INSERT INTO pollux_managed_runs VALUES ('lunch', 1, "
      "'{\"kind\":\"single\",\"text\":\"Tea or coffee?\",\"options\":[\"Tea\",\"Coffee\"]}', 1, NULL)");
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto stores = open_postgres_account_stores(url_, {});
  EXPECT_FALSE(stores.account_store->has_accounts().value());
  ASSERT_TRUE(stores.account_store->set_up({}, example_owner(), example_event(), example_time));
  EXPECT_TRUE(open_postgres_poll_store(url_, {})->find(poll::PollId::parse("lunch").value()));
  execute("INSERT INTO votes (id, vote) VALUES ('cleo', 'b')");
}

TEST_F(PostgresAccountStoresTest, ReportThatADatabaseOfThePreviousVersionMustBeMigrated) {
  ASSERT_TRUE(migrate(owner_, postgres_migrations().first(migrations_before_accounts), {generous_limit()}));
  const auto missing = open_postgres_account_stores(url_, {}).account_store->has_accounts();
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("pollux-worker migrate"));
}

TEST_F(PostgresAccountStoresTest, HideAccountsFromTheRoleOfTheResultService) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  auto result = postgres::Connection::open(server().url(url_.parameter("dbname"), "pollux_result", "unused"),
                                           generous_limit())
                    .value();
  EXPECT_TRUE(succeeds(result, "SELECT 1 FROM pollux_managed_polls"));
  for (const char* table : {"pollux_accounts", "pollux_setup_tokens", "pollux_account_sessions",
                            "pollux_api_keys", "pollux_audit_events"}) {
    EXPECT_FALSE(succeeds(result, std::string("SELECT 1 FROM ") + table)) << table;
  }
}

TEST_F(PostgresAccountStoresTest, ProtectTheAuditLogFromOtherPrograms) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto stores = open_postgres_account_stores(url_, {});
  const auto clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ASSERT_TRUE(stores.audit_log->append(accounts::event_of_program("test", "recent", clock)));
  for (const char* manipulation : {"UPDATE pollux_audit_events SET actor = 'someone else'",
                                   "DELETE FROM pollux_audit_events", "TRUNCATE pollux_audit_events"}) {
    EXPECT_FALSE(succeeds(owner_, manipulation)) << manipulation;
  }
  EXPECT_EQ(stores.audit_log->list({}).value().records.at(0).event.actor, "pollux");
}

TEST_F(PostgresAccountStoresTest, ChangeNothingIfTheEventCanNotBeRecorded) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const auto stores = open_postgres_account_stores(url_, {.call_timeout = 200ms});
  execute("BEGIN; LOCK TABLE pollux_audit_events IN EXCLUSIVE MODE");
  const auto rejected = stores.account_store->set_up({}, example_owner(), example_event(), example_time);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, accounts::AccountErrorCode::unavailable) << rejected.error().message;
  execute("ROLLBACK");
  const auto again = open_postgres_account_stores(url_, {});
  EXPECT_FALSE(again.account_store->has_accounts().value()) << "the event was not recorded";
  EXPECT_TRUE(again.account_store->set_up({}, example_owner(), example_event(), example_time));
}

}  // namespace
}  // namespace pollux::store
