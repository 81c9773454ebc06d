#include "store/postgres_polls.hpp"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "store/postgres_schema.hpp"
#include "store/testing/postgres_store_test.hpp"

namespace pollux::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

poll::PollId id(const std::string& text) {
  return poll::PollId::parse(text).value();
}

class PostgresPollsTest : public PostgresStoreTest {
 protected:
  const poll::PollDefinition cats_{"Cats vs Dogs!", {"Cats", "Dogs"}};
  const poll::PollDefinition noodles_{"Zoë's \"noodles\"?", {"Noodles", "Pizza, {hot}"}};
};

TEST_F(PostgresPollsTest, StoreTheDefinitionOfEachRun) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  PostgresPolls polls(url_, {});
  EXPECT_TRUE(polls.runs(id("default")).value().empty());
  ASSERT_TRUE(polls.write({{id("default"), cats_}, {id("default.2"), noodles_}, {id("lunch"), cats_}}));
  EXPECT_EQ(polls.runs(id("default")).value(),
            (poll::PollDefinitions{{id("default"), cats_}, {id("default.2"), noodles_}}));
  ASSERT_TRUE(polls.write({{id("default"), noodles_}}));
  EXPECT_EQ(polls.runs(id("default")).value().at(id("default")), noodles_);
}

TEST_F(PostgresPollsTest, AreNotWrittenAgainIfNothingChanged) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  PostgresPolls polls(url_, {});
  ASSERT_TRUE(polls.write({{id("default"), cats_}}));
  auto connection = postgres::Connection::open(url_, generous_limit()).value();
  const auto row = [&] {
    const auto rows =
        connection.execute("SELECT ctid::text, xmax::text FROM pollux_polls", generous_limit()).value();
    return std::string(rows.text(0, 0)) + std::string(rows.text(0, 1));
  };
  const std::string before = row();
  ASSERT_TRUE(polls.write({{id("default"), cats_}}));
  EXPECT_EQ(row(), before);
}

TEST_F(PostgresPollsTest, AreNotWrittenAgainIfAnotherWorkerIsWritingTheSame) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  auto other = postgres::Connection::open(url_, generous_limit()).value();
  auto watcher = postgres::Connection::open(url_, generous_limit()).value();
  ASSERT_TRUE(
      other.execute("BEGIN; INSERT INTO pollux_polls VALUES ('default', E'" + poll::text_of(cats_) + "')",
                    generous_limit()));
  std::jthread worker([&] { EXPECT_TRUE(PostgresPolls(url_, {}).write({{id("default"), cats_}})); });
  EXPECT_TRUE(eventually([&] {
    const auto waiting = watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted", generous_limit());
    return waiting.value().number(0, 0) == 1;
  })) << "the second writer waits for the first";
  ASSERT_TRUE(other.execute("COMMIT", generous_limit()));
  worker.join();
  const auto place = watcher.execute("SELECT ctid::text FROM pollux_polls", generous_limit());
  EXPECT_EQ(place.value().text(0, 0), "(0,1)") << "the row is still the first writer's";
}

TEST_F(PostgresPollsTest, NameTheMissingRight) {
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  auto owner = postgres::Connection::open(url_, generous_limit()).value();
  ASSERT_TRUE(
      owner.execute("DROP ROLE IF EXISTS \"a Reader\"; CREATE ROLE \"a Reader\" LOGIN", generous_limit()));
  PostgresPolls polls(server().url(url_.parameter("dbname"), "a Reader", "unused"), {});
  const auto rejected = polls.runs(id("default"));
  ASSERT_FALSE(rejected);
  EXPECT_THAT(rejected.error().message, HasSubstr("GRANT SELECT ON pollux_polls TO \"a Reader\";"));
  EXPECT_TRUE(polls.access_is_missing());
  ASSERT_TRUE(owner.execute("GRANT SELECT ON pollux_polls TO \"a Reader\"", generous_limit()));
  EXPECT_TRUE(polls.runs(id("default")));
  EXPECT_FALSE(polls.access_is_missing());
}

TEST_F(PostgresPollsTest, ReportThatADatabaseOfThePreviousVersionMustBeMigrated) {
  auto connection = postgres::Connection::open(url_, generous_limit()).value();
  ASSERT_TRUE(migrate(connection, postgres_migrations().first(1), {generous_limit()}));
  PostgresPolls polls(url_, {});
  const auto missing = polls.runs(id("default"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("pollux-worker migrate"));
  EXPECT_TRUE(polls.access_is_missing());
}

TEST_F(PostgresPollsTest, CanBeAddedToVotesOfThePreviousVersion) {
  auto connection = postgres::Connection::open(url_, generous_limit()).value();
  ASSERT_TRUE(migrate(connection, postgres_migrations().first(1), {generous_limit()}));
  ASSERT_TRUE(
      connection.execute("INSERT INTO votes (id, vote) VALUES ('ann', 'a'), ('bob', 'b')", generous_limit()));
  ASSERT_TRUE(migrate_postgres(url_, {generous_limit()}));
  EXPECT_EQ(connection.execute("SELECT count(*) FROM pollux_votes", generous_limit()).value().number(0, 0),
            2);
  EXPECT_TRUE(PostgresPolls(url_, {}).runs(id("default")).value().empty());
}

}  // namespace
}  // namespace pollux::store
