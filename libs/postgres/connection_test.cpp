#include "postgres/connection.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "postgres/testing/postgres_server.hpp"

namespace pollux {
namespace {

using testing::HasSubstr;
using testing::Not;

WaitLimit patiently() {
  return WaitLimit::in(std::chrono::seconds(20));
}

class PostgresConnectionTest : public testing::Test {
 protected:
  static PostgresServer& server() {
    static PostgresServer started;
    return started;
  }
  static PostgresConnection open() { return PostgresConnection::open(server().url(), patiently()).value(); }
};

TEST_F(PostgresConnectionTest, TakesNumbersTextsAndArrays) {
  auto connection = open();
  const std::vector<std::string_view> texts{"", "Zoë's", std::string_view("a\"b,{}")};
  const std::vector<std::int64_t> numbers{-1, INT64_MAX, INT64_MIN};
  const auto rows = connection.execute(
      "SELECT $1 || '!', $2 + 1, t, n FROM unnest($3, $4) AS x(t, n)",
      PostgresParameters().add("text").add(std::int64_t{41}).add(texts).add(numbers), patiently());
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 3);
  EXPECT_EQ(rows->text(0, 0), "text!");
  EXPECT_EQ(rows->number(0, 1), 42);
  for (int row = 0; row < 3; ++row) {
    EXPECT_EQ(rows->text(row, 2), texts[static_cast<std::size_t>(row)]);
    EXPECT_EQ(rows->number(row, 3), numbers[static_cast<std::size_t>(row)]);
  }
}

TEST_F(PostgresConnectionTest, TakesEmptyArraysAndGivesNulls) {
  auto connection = open();
  const auto rows =
      connection.execute("SELECT cardinality($1), NULL::bigint, true",
                         PostgresParameters().add(std::span<const std::int64_t>{}), patiently());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->number(0, 0), 0);
  EXPECT_TRUE(rows->is_null(0, 1));
  EXPECT_TRUE(rows->truth(0, 2));
}

TEST_F(PostgresConnectionTest, PreparesAndStaysUsableAfterAnError) {
  auto connection = open();
  ASSERT_TRUE(connection.prepare("half", "SELECT 1 / $1::bigint", patiently()));
  const auto failed =
      connection.execute_prepared("half", PostgresParameters().add(std::int64_t{0}), patiently());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::invalid);
  EXPECT_EQ(connection.sql_state(), "22012");
  EXPECT_TRUE(connection.usable());
  EXPECT_TRUE(connection.execute_prepared("half", PostgresParameters().add(std::int64_t{1}), patiently()));
  EXPECT_EQ(connection.sql_state(), "");
}

TEST_F(PostgresConnectionTest, RunsNoStatementAfterAFailedOne) {
  auto connection = open();
  EXPECT_FALSE(connection.execute("CREATE TABLE half_done (n int); SELECT 1/0; SELECT 1", patiently()));
  EXPECT_FALSE(connection.execute("SELECT * FROM half_done", patiently()));
  EXPECT_EQ(connection.sql_state(), "42P01");
}

TEST_F(PostgresConnectionTest, SendsAndReadsMegabytes) {
  auto connection = open();
  std::string text;
  text.resize(20'000'000, 'x');
  const auto rows = connection.execute("SELECT $1", PostgresParameters().add(text), patiently());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_TRUE(rows->text(0, 0) == text);
}

TEST_F(PostgresConnectionTest, HearsNotificationsOfOthersAndThoseThatCameDuringACall) {
  auto listener = open();
  ASSERT_TRUE(listener.execute("LISTEN channel", patiently()));
  EXPECT_TRUE(listener.notifications().value().empty());
  auto other = open();
  ASSERT_TRUE(other.execute("SELECT pg_notify('channel', 'first')", patiently()));
  const auto come = listener.wait_notifications(patiently()).value();
  ASSERT_EQ(come.size(), 1U);
  EXPECT_EQ(come.front().channel, "channel");
  EXPECT_EQ(come.front().payload, "first");
  ASSERT_TRUE(other.execute("SELECT pg_notify('channel', 'second')", patiently()));
  pollfd entry{.fd = listener.socket(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  ASSERT_TRUE(listener.execute("SELECT 1", patiently()));
  EXPECT_EQ(listener.wait_notifications(patiently()).value().size(), 1U);
}

TEST_F(PostgresConnectionTest, StopsWaitingForNotificationsWhenInterrupted) {
  auto listener = open();
  ASSERT_TRUE(listener.execute("LISTEN channel", patiently()));
  Interrupt interrupt;
  const auto raised = std::async(std::launch::async, [&] { interrupt.raise(); });
  const auto come = listener.wait_notifications(WaitLimit::in(std::chrono::hours(1), &interrupt));
  ASSERT_TRUE(come);
  EXPECT_TRUE(come->empty());
  EXPECT_TRUE(listener.usable());
  EXPECT_FALSE(listener.execute("SELECT pg_sleep(3600)", WaitLimit::in(std::chrono::hours(1), &interrupt)));
  EXPECT_FALSE(listener.usable());
}

TEST_F(PostgresConnectionTest, GivesUpAtTheDeadlineAndIsClosedThen) {
  auto connection = open();
  const auto late = connection.execute("SELECT pg_sleep(3600)", WaitLimit::in(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::unavailable);
  EXPECT_THAT(late.error().message, HasSubstr("does not answer in time"));
  EXPECT_FALSE(connection.usable());
  EXPECT_EQ(connection.socket(), -1);
  EXPECT_FALSE(connection.execute("SELECT 1", patiently()));
  EXPECT_FALSE(connection.notifications());
}

TEST_F(PostgresConnectionTest, KeepsWhatTheServerRemarks) {
  auto connection = open();
  ASSERT_TRUE(connection.execute("DO $$ BEGIN RAISE NOTICE 'mind the gap'; END $$", patiently()));
  EXPECT_EQ(connection.take_notices(), std::vector<std::string>{"mind the gap"});
  EXPECT_TRUE(connection.take_notices().empty());
}

TEST_F(PostgresConnectionTest, SaysThatTheServerSentItAway) {
  auto connection = open();
  const auto pid = connection.execute("SELECT pg_backend_pid()", patiently()).value().number(0, 0);
  auto listener = open();
  const auto listener_pid = listener.execute("SELECT pg_backend_pid()", patiently()).value().number(0, 0);
  ASSERT_TRUE(open().execute("SELECT pg_terminate_backend(n::int) FROM unnest($1) AS n",
                             PostgresParameters().add(std::vector{pid, listener_pid}), patiently()));
  pollfd entry{.fd = connection.socket(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  const auto lost = connection.execute("SELECT 1", patiently());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(connection.usable());
  EXPECT_FALSE(listener.wait_notifications(patiently())) << "a listener hears of it, too";
}

TEST(PostgresConnectionOutage, GivesUpOnAFrozenServerAndOnOneThatIsAway) {
  PostgresServer server;
  auto connection = PostgresConnection::open(server.url(), patiently()).value();
  server.freeze();
  const auto limit = std::chrono::milliseconds(50);
  const auto call = connection.execute("SELECT 1", WaitLimit::in(limit));
  const auto opening = PostgresConnection::open(server.url(), WaitLimit::in(limit));
  server.thaw();
  ASSERT_FALSE(call);
  ASSERT_FALSE(opening);
  EXPECT_EQ(call.error().code, ErrorCode::unavailable);
  EXPECT_EQ(opening.error().code, ErrorCode::unavailable);

  server.kill();
  const auto away = PostgresConnection::open(server.url(), patiently());
  ASSERT_FALSE(away);
  EXPECT_THAT(away.error().message, HasSubstr("Connection refused"));
  EXPECT_THAT(away.error().message, HasSubstr("Look whether it runs"));
  server.start();
  EXPECT_TRUE(PostgresConnection::open(server.url(), patiently()));
}

TEST(PostgresConnectionErrors, SayWhatToDoAndNeverThePassword) {
  const PostgresServer server({.passwords = true});
  const auto message = [](const Result<PostgresUrl>& url) {
    const auto refused = PostgresConnection::open(url.value(), patiently());
    EXPECT_FALSE(refused);
    if (refused) return std::string();
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message, Not(HasSubstr("s3cret")));
    return refused.error().message;
  };
  EXPECT_TRUE(PostgresConnection::open(server.url(), patiently()));
  EXPECT_THAT(
      message(server.url("postgres", "postgres", "s3cret")),
      HasSubstr("does not let this user in (password authentication failed for user \"postgres\"). Set"));
  EXPECT_THAT(message(PostgresUrl::parse("postgresql://postgres@127.0.0.1:" + std::to_string(server.port()) +
                                         "/postgres")),
              HasSubstr("asks for a password and none was given"));
  EXPECT_THAT(message(server.url("votes")), HasSubstr("/votes does not exist. Create it"));
  EXPECT_THAT(message(PostgresUrl::parse("postgresql://ann:s3cret@no-such-host.invalid/votes")),
              HasSubstr("host name is not known"));
}

}  // namespace
}  // namespace pollux
