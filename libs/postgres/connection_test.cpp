#include "postgres/connection.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "base/testing/eventually.hpp"
#include "postgres/error.hpp"
#include "postgres/testing/postgres_server.hpp"

namespace pollux::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

WaitLimit generous_limit() {
  return WaitLimit::in(std::chrono::seconds(20));
}

class PostgresConnection : public testing::Test {
 protected:
  static TestServer& server() {
    static TestServer started;
    return started;
  }
  static Connection open() { return Connection::open(server().url(), generous_limit()).value(); }
};

TEST_F(PostgresConnection, PassesNumbersTextsAndArrays) {
  auto connection = open();
  const std::vector<std::string_view> texts{"", "Zoë's", std::string_view("a\"b,{}")};
  const std::vector<std::int64_t> numbers{-1, INT64_MAX, INT64_MIN};
  const auto rows = connection.execute("SELECT $1 || '!', $2 + 1, t, n FROM unnest($3, $4) AS x(t, n)",
                                       Parameters().add("text").add(std::int64_t{41}).add(texts).add(numbers),
                                       generous_limit());
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 3);
  EXPECT_EQ(rows->text(0, 0), "text!");
  EXPECT_EQ(rows->number(0, 1), 42);
  for (int row = 0; row < 3; ++row) {
    EXPECT_EQ(rows->text(row, 2), texts[static_cast<std::size_t>(row)]);
    EXPECT_EQ(rows->number(row, 3), numbers[static_cast<std::size_t>(row)]);
  }
}

TEST_F(PostgresConnection, ShowsOtherThreadsWhetherItIsConnected) {
  ConnectionStatus status;
  EXPECT_EQ(status.connected(), std::nullopt) << "it was not needed yet";
  {
    auto connection = open();
    connection.report_to(status);
    EXPECT_EQ(status.connected(), true);
    EXPECT_FALSE(connection.execute("SELECT 1/0", generous_limit()));
    EXPECT_EQ(status.connected(), true) << "an error of a statement";

    const int process = connection.announced_process();
    ASSERT_TRUE(
        open().execute("SELECT pg_terminate_backend(" + std::to_string(process) + ")", generous_limit()));
    EXPECT_TRUE(eventually([&] { return status.connected() == std::nullopt; })) << "it is idle";
    EXPECT_FALSE(connection.execute("SELECT 1", generous_limit()));
    EXPECT_EQ(status.connected(), false);
  }
  {
    auto connection = open();
    connection.report_to(status);
    EXPECT_EQ(status.connected(), true);
    EXPECT_FALSE(connection.execute("SELECT pg_sleep(60)", WaitLimit::in(std::chrono::milliseconds(1))));
    EXPECT_EQ(status.connected(), false) << "its state is unknown";
  }
  EXPECT_EQ(status.connected(), false);
}

TEST_F(PostgresConnection, PassesEmptyArraysAndReturnsNulls) {
  auto connection = open();
  const auto rows = connection.execute("SELECT cardinality($1), NULL::bigint, true",
                                       Parameters().add(std::span<const std::int64_t>{}), generous_limit());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->number(0, 0), 0);
  EXPECT_EQ(rows->text(0, 1), "");
  EXPECT_TRUE(rows->truth(0, 2));
}

TEST_F(PostgresConnection, PreparesAndStaysUsableAfterAnError) {
  auto connection = open();
  ASSERT_TRUE(connection.prepare("half", "SELECT 1 / $1::bigint", generous_limit()));
  const auto failed =
      connection.execute_prepared("half", Parameters().add(std::int64_t{0}), generous_limit());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::invalid);
  EXPECT_EQ(connection.sql_state(), "22012");
  EXPECT_TRUE(connection.usable());
  EXPECT_TRUE(connection.execute_prepared("half", Parameters().add(std::int64_t{1}), generous_limit()));
  EXPECT_EQ(connection.sql_state(), "");
}

TEST_F(PostgresConnection, RunsNoStatementAfterAFailedOne) {
  auto connection = open();
  EXPECT_FALSE(connection.execute("CREATE TABLE half_done (n int); SELECT 1/0; SELECT 1", generous_limit()));
  EXPECT_FALSE(connection.execute("SELECT * FROM half_done", generous_limit()));
  EXPECT_EQ(connection.sql_state(), "42P01");
}

TEST_F(PostgresConnection, SendsAndReadsMegabytes) {
  auto connection = open();
  std::string text;
  text.resize(20'000'000, 'x');
  const auto rows = connection.execute("SELECT $1", Parameters().add(text), generous_limit());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_TRUE(rows->text(0, 0) == text);
}

TEST_F(PostgresConnection, ReceivesNotificationsAlsoDuringACall) {
  auto listener = open();
  ASSERT_TRUE(listener.execute("LISTEN channel", generous_limit()));
  EXPECT_TRUE(listener.notifications().value().empty());
  auto other = open();
  ASSERT_TRUE(other.execute("SELECT pg_notify('channel', 'first')", generous_limit()));
  const auto received = listener.wait_notifications(generous_limit()).value();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received.front().channel, "channel");
  EXPECT_EQ(received.front().payload, "first");
  ASSERT_TRUE(other.execute("SELECT pg_notify('channel', 'second')", generous_limit()));
  pollfd entry{.fd = listener.socket(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  ASSERT_TRUE(listener.execute("SELECT 1", generous_limit()));
  EXPECT_EQ(listener.wait_notifications(generous_limit()).value().size(), 1U);
}

TEST_F(PostgresConnection, StopsWaitingForNotificationsWhenInterrupted) {
  auto listener = open();
  ASSERT_TRUE(listener.execute("LISTEN channel", generous_limit()));
  Interrupt interrupt;
  const auto raised = std::async(std::launch::async, [&] { interrupt.raise(); });
  const auto received = listener.wait_notifications(WaitLimit::in(std::chrono::hours(1), &interrupt));
  ASSERT_TRUE(received);
  EXPECT_TRUE(received->empty());
  EXPECT_TRUE(listener.usable());
  EXPECT_FALSE(listener.execute("SELECT pg_sleep(3600)", WaitLimit::in(std::chrono::hours(1), &interrupt)));
  EXPECT_FALSE(listener.usable());
}

TEST_F(PostgresConnection, GivesUpAtTheDeadlineAndIsClosedThen) {
  auto connection = open();
  const auto late = connection.execute("SELECT pg_sleep(3600)", WaitLimit::in(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::unavailable);
  EXPECT_THAT(late.error().message, HasSubstr("does not answer in time"));
  EXPECT_FALSE(connection.usable());
  EXPECT_EQ(connection.socket(), -1);
  EXPECT_FALSE(connection.execute("SELECT 1", generous_limit()));
  EXPECT_FALSE(connection.notifications());
}

TEST_F(PostgresConnection, KeepsNotices) {
  auto connection = open();
  ASSERT_TRUE(connection.execute("DO $$ BEGIN RAISE NOTICE 'mind the gap'; END $$", generous_limit()));
  EXPECT_EQ(connection.take_notices(), std::vector<std::string>{"mind the gap"});
  EXPECT_TRUE(connection.take_notices().empty());
}

TEST_F(PostgresConnection, PrintsNoNoticeThatTheServerSendsWhileConnecting) {
  ASSERT_TRUE(open().execute("CREATE ROLE warned LOGIN; ALTER ROLE warned SET default_tablespace = 'nowhere'",
                             generous_limit()));
  testing::internal::CaptureStderr();
  const auto opened = Connection::open(server().url("postgres", "warned", "any"), generous_limit());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(opened);
}

TEST_F(PostgresConnection, ReportsThatTheServerTerminatedIt) {
  auto connection = open();
  const auto pid = connection.execute("SELECT pg_backend_pid()", generous_limit()).value().number(0, 0);
  auto listener = open();
  const auto listener_pid =
      listener.execute("SELECT pg_backend_pid()", generous_limit()).value().number(0, 0);
  ASSERT_TRUE(open().execute("SELECT pg_terminate_backend(n::int) FROM unnest($1) AS n",
                             Parameters().add(std::vector{pid, listener_pid}), generous_limit()));
  pollfd entry{.fd = connection.socket(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  const auto lost = connection.execute("SELECT 1", generous_limit());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(connection.usable());
  EXPECT_FALSE(listener.wait_notifications(generous_limit())) << "so does a listener";
}

TEST(PostgresConnectionOutage, GivesUpOnAFrozenServerAndOnOneThatIsDown) {
  TestServer server;
  auto connection = Connection::open(server.url(), generous_limit()).value();
  server.freeze();
  const auto limit = std::chrono::milliseconds(50);
  const auto call = connection.execute("SELECT 1", WaitLimit::in(limit));
  const auto opening = Connection::open(server.url(), WaitLimit::in(limit));
  server.thaw();
  ASSERT_FALSE(call);
  ASSERT_FALSE(opening);
  EXPECT_EQ(call.error().code, ErrorCode::unavailable);
  EXPECT_EQ(opening.error().code, ErrorCode::unavailable);

  server.kill();
  const auto down = Connection::open(server.url(), generous_limit());
  ASSERT_FALSE(down);
  EXPECT_THAT(down.error().message, HasSubstr("Connection refused"));
  EXPECT_THAT(down.error().message, HasSubstr("Check that it is running"));
  server.start();
  EXPECT_TRUE(Connection::open(server.url(), generous_limit()));
}

TEST(PostgresConnectionErrors, SayWhatToDoAndNeverThePassword) {
  const TestServer server({.passwords = true});
  const auto message = [](const Result<Url>& url) {
    const auto refused = Connection::open(url.value(), generous_limit());
    EXPECT_FALSE(refused);
    if (refused) return std::string();
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message, Not(HasSubstr("s3cret")));
    return refused.error().message;
  };
  EXPECT_TRUE(Connection::open(server.url(), generous_limit()));
  EXPECT_THAT(message(server.url("postgres", "postgres", "s3cret")),
              HasSubstr("rejects this user (password authentication failed for user \"postgres\"). Check"));
  EXPECT_THAT(
      message(Url::parse("postgresql://postgres@127.0.0.1:" + std::to_string(server.port()) + "/postgres")),
      HasSubstr("requires a password"));
  EXPECT_THAT(message(server.url("votes")), HasSubstr("/votes does not exist. Create it"));
  EXPECT_THAT(message(Url::parse("postgresql://ann:s3cret@no-such-host.invalid/votes")),
              HasSubstr("host name is unknown"));
}

constexpr std::string_view database = "postgresql://ann@db:5432/votes";

TEST(PostgresError, IsUnavailableIfTheSameCallMaySucceedLater) {
  for (const std::string_view state : {"", "08006", "57P01", "57P03", "53300", "53100", "40P01", "40001",
                                       "28P01", "3D000", "42501", "42P01", "25006", "55P03", "58030"}) {
    EXPECT_EQ(error_of(state, database, "x").code, ErrorCode::unavailable) << state;
  }
}

TEST(PostgresError, IsInvalidForWrongData) {
  EXPECT_EQ(error_of("22021", database, "x").code, ErrorCode::invalid);
  EXPECT_EQ(error_of("23505", database, "x").code, ErrorCode::invalid);
}

TEST(PostgresError, IsInternalOtherwise) {
  const Error error = error_of("42601", database, "syntax error at \"SELEKT\".\nLINE 1");
  EXPECT_EQ(error.code, ErrorCode::internal);
  EXPECT_EQ(error.message,
            "The database postgresql://ann@db:5432/votes failed (syntax error at \"SELEKT\"), state 42601.");
}

TEST(PostgresError, ReportsTheLastAddressTried) {
  const Error error = error_of("", database,
                               "connection to server at \"db\" (::1), port 5432 failed: Connection refused\n"
                               "\tIs the server running on that host and accepting TCP/IP connections?\n"
                               "connection to server at \"db\" (127.0.0.1), port 5432 failed: timeout\n");
  EXPECT_EQ(
      error.message,
      "The database postgresql://ann@db:5432/votes can't be reached or was lost (connection to server at "
      "\"db\" (127.0.0.1), port 5432 failed: timeout). Check that it is running and reachable.");
}

}  // namespace
}  // namespace pollux::postgres
