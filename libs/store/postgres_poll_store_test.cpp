// What the suite of PollStore in tests/conformance does not test: migrations, rights, lost connections.
#include "store/postgres_poll_store.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "poll/question_json.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "store/postgres_polls.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_vote_recorder.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr poll::PollTime now = std::chrono::sys_days(2026y / 11 / 27);
constexpr std::size_t migrations_before = 3;  // before the tables of this store

poll::PollContent content() {
  return {.title = "Drinks",
          .question = poll::parse_question_json(
                          R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})")
                          .value()};
}
poll::PollId new_id() {
  return poll::make_poll_id(now);
}

class PostgresPollStoreTest : public testing::Test {
 protected:
  static postgres::TestServer& server() {
    static postgres::TestServer started({.passwords = false});
    return started;
  }
  static WaitLimit generous_limit() { return WaitLimit::in(20s); }
  postgres::Rows execute(const std::string& sql) { return owner_.execute(sql, generous_limit()).value(); }

  const postgres::Url url_ = server().fresh_database();
  postgres::Connection owner_ = postgres::Connection::open(url_, generous_limit()).value();
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
  ASSERT_TRUE(store->create(new_id(), content(), now));
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
  const poll::PollId id = new_id();
  ASSERT_TRUE(open_postgres_poll_store(url_, {})->create(id, content(), now));
  const auto reader =
      open_postgres_poll_store(server().url(url_.parameter("dbname"), "pollux_result", "unused"), {});
  EXPECT_TRUE(reader->find(id));
  EXPECT_TRUE(reader->list({}));
  EXPECT_TRUE(reader->runs(id));
  const auto rejected = reader->edit(id, 1, content(), now);
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
  const poll::PollId id = new_id();
  const auto rejected = store->create(id, content(), now);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable) << rejected.error().message;
  EXPECT_EQ(execute("SELECT count(*) FROM pollux_managed_polls").number(0, 0), 0);
  EXPECT_TRUE(store->create(id, content(), now)) << "in another connection";
}

TEST_F(PostgresPollStoreTest, DoesNotWaitForeverForAPollThatSomeoneElseChanges) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  const poll::PollId id = new_id();
  ASSERT_TRUE(open_postgres_poll_store(url_, {})->create(id, content(), now));
  execute("BEGIN; SELECT 1 FROM pollux_managed_polls FOR UPDATE");
  const auto store = open_postgres_poll_store(url_, {.call_timeout = 200ms});
  const auto rejected = store->change(id, poll::PollAction::open, {}, now);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, poll::PollErrorCode::unavailable) << rejected.error().message;
  execute("ROLLBACK");
  EXPECT_TRUE(open_postgres_poll_store(url_, {})->change(id, poll::PollAction::open, {}, now));
}

}  // namespace
}  // namespace pollux::store
