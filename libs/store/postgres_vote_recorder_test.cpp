// Several workers on one database; the contract of the port is tested in tests/conformance.
#include "store/postgres_vote_recorder.hpp"

#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_tally_reader.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::store {
namespace {

using namespace std::chrono_literals;

const poll::PollId pets = poll::PollId::parse("pets").value();

poll::QueuedVote queued(std::uint64_t place, const std::string& voter, const std::string& selection) {
  return {{1, place}, {pets, poll::VoterId::parse(voter).value(), poll::Selection::parse(selection).value()}};
}

poll::QueuedVote queued_for(const poll::PollId& poll, std::uint64_t place, const std::string& voter,
                            const std::string& selection) {
  return {{1, place}, {poll, poll::VoterId::parse(voter).value(), poll::Selection::parse(selection).value()}};
}

class PostgresVoteRecorderTest : public testing::Test {
 protected:
  // A server of its own, which detects deadlocks within 20 ms instead of a second.
  static postgres::TestServer& server() {
    static postgres::TestServer started({.passwords = false, .settings = {"deadlock_timeout=20ms"}});
    return started;
  }

  std::unique_ptr<PostgresVoteRecorder> open(int slots = postgres_slots) const {
    PostgresVoteRecorder::Options options;
    options.slots = slots;
    return PostgresVoteRecorder::open(url_, options).value();
  }

  static WaitLimit generous_limit() { return WaitLimit::in(20s); }
  postgres::Connection connect() const { return postgres::Connection::open(url_, generous_limit()).value(); }

  std::int64_t number(const std::string& sql) const {
    return connect().execute(sql, generous_limit()).value().number(0, 0);
  }

  static std::string lock_of(const std::string& voter) {
    return "SELECT FROM pollux_votes WHERE voter = '" + voter + "' FOR UPDATE";
  }
  static constexpr const char* waiting_sql =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

  // Four workers record the votes of few voters, each its own part of the versions, in batches.
  void record_together(int slots) const {
    std::vector<std::jthread> workers;
    for (std::uint64_t worker = 0; worker < 4; ++worker) {
      workers.emplace_back([worker, store = open(slots)] {
        std::mt19937 random(static_cast<std::mt19937::result_type>(worker));
        for (std::uint64_t batch = 0; batch < 60; ++batch) {
          std::vector<poll::QueuedVote> votes;
          for (std::uint64_t n = 0; n < 20; ++n) {
            votes.push_back(queued((batch * 20 + n) * 4 + worker, "voter" + std::to_string(random() % 12),
                                   std::string(1, static_cast<char>('a' + random() % 4))));
          }
          EXPECT_TRUE(store->record(votes));
        }
      });
    }
  }

  PostgresTallyReader reader() const { return {url_, {}}; }
  void expect_right_tally() const {
    EXPECT_EQ(reader().tally(pets).value().counts, PostgresRecordedVotes(url_).counts(pets));
  }

  const postgres::Url url_ = server().fresh_database();
};

TEST_F(PostgresVoteRecorderTest, CountsCorrectlyIfWorkersChangeTheSameVotes) {
  const auto first = open();
  record_together(postgres_slots);
  expect_right_tally();
  EXPECT_EQ(number("SELECT count(*) FROM pollux_votes"), 12);
  EXPECT_GT(number("SELECT count(DISTINCT slot) FROM pollux_tally_slots"), 1) << "they ran at the same time";
}

TEST_F(PostgresVoteRecorderTest, CountsCorrectlyIfWorkersShareTheLastSlot) {
  const auto first = open();
  record_together(1);
  expect_right_tally();
  EXPECT_EQ(number("SELECT max(slot) FROM pollux_tally_slots"), postgres_slots);
}

TEST_F(PostgresVoteRecorderTest, ReusesTheSlotOfAWorkerThatHasEnded) {
  auto first = open();
  ASSERT_TRUE(first->record(std::vector{queued(1, "ann", "a")}));
  auto second = open();
  ASSERT_TRUE(second->record(std::vector{queued(2, "bob", "a")}));
  EXPECT_EQ(number("SELECT count(DISTINCT slot) FROM pollux_tally_slots"), 2);
  first.reset();
  // The server notices the end of a session a little later.
  const auto held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = " +
                    std::to_string(postgres_lock_class);
  ASSERT_TRUE(eventually([&] { return number(held) == 1; }));
  const auto third = open();
  ASSERT_TRUE(third->record(std::vector{queued(3, "cid", "b")}));
  EXPECT_EQ(number("SELECT count(DISTINCT slot) FROM pollux_tally_slots"), 2);
  expect_right_tally();
}

// The server rolls back the transaction that detects the deadlock, so the recorder has to wait last.
TEST_F(PostgresVoteRecorderTest, TriesAgainAfterADeadlock) {
  const auto store = open();
  ASSERT_TRUE(store->record(std::vector{queued(1, "ann", "a"), queued(2, "bob", "a")}));
  auto first = connect();
  first.execute("BEGIN; " + lock_of("ann"), generous_limit()).value();
  auto other = connect();
  other.execute("SET deadlock_timeout = '1min'; BEGIN; " + lock_of("bob"), generous_limit()).value();
  auto recorded = std::async(std::launch::async, [&store] {
    return store->record(std::vector{queued(3, "ann", "b"), queued(4, "bob", "b")});
  });
  ASSERT_TRUE(eventually([&] { return number(waiting_sql) == 1; }));
  auto locked = std::async(std::launch::async,
                           [&] { return other.execute(lock_of("ann"), generous_limit()).has_value(); });
  ASSERT_TRUE(eventually([&] { return number(waiting_sql) == 2; }));

  first.execute("ROLLBACK", generous_limit()).value();
  ASSERT_TRUE(locked.get()) << "the recorder was rolled back";
  other.execute("COMMIT", generous_limit()).value();
  EXPECT_TRUE(recorded.get());
  EXPECT_EQ(reader().tally(pets).value().counts,
            (poll::SelectionCounts{{poll::Selection::parse("b").value(), 2}}));
  std::ifstream log(server().log());
  const std::string lines{std::istreambuf_iterator<char>(log), {}};
  EXPECT_NE(lines.find("deadlock detected"), std::string::npos) << "or this test proves nothing";
}

TEST_F(PostgresVoteRecorderTest, RecordsVotesInSpiteOfADamagedTally) {
  const auto store = open();
  const poll::PollId dogs = poll::PollId::parse("dogs").value();
  ASSERT_TRUE(store->record(std::vector{queued(1, "ann", "a"), queued_for(dogs, 2, "ann", "a")}));
  connect().execute("UPDATE pollux_tallies SET count = -5 WHERE poll = 'pets'", generous_limit()).value();
  ASSERT_TRUE(store->record(std::vector{queued(3, "bob", "a"), queued_for(dogs, 4, "bob", "a")}));
  EXPECT_EQ(reader().tally(dogs).value().version, 2U) << "the other poll is not affected";
  EXPECT_EQ(reader().tally(pets).error().code, ErrorCode::internal);
  const auto together = reader().tallies(std::vector{pets, dogs});
  EXPECT_EQ(together.at(0).error().code, ErrorCode::internal);
  EXPECT_EQ(together.at(1).value().version, 2U) << "nor is it if both are read at once";
  EXPECT_EQ(number("SELECT count(*) FROM pollux_votes"), 4);
}

TEST_F(PostgresVoteRecorderTest, LeavesAServerThatBecameReadOnly) {
  const auto store = open();
  ASSERT_TRUE(store->record(std::vector{queued(1, "ann", "a")}));
  // New sessions can only read, as on a standby; then an operator puts that right, and the session must not
  // stay.
  const std::string name =
      connect().execute("SELECT current_database()", generous_limit()).value().text(0, 0).data();
  connect()
      .execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on", generous_limit())
      .value();
  number(
      "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  EXPECT_FALSE(store->record(std::vector{queued(2, "bob", "a")}));
  const auto rejected = store->record(std::vector{queued(2, "bob", "a")});
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, ErrorCode::unavailable);
  EXPECT_NE(rejected.error().message.find("can only be read"), std::string::npos) << rejected.error().message;
  postgres::Connection::open(server().url(), generous_limit())
      ->execute("ALTER DATABASE " + name + " RESET default_transaction_read_only", generous_limit())
      .value();
  EXPECT_TRUE(store->record(std::vector{queued(2, "bob", "a")}));
}

TEST_F(PostgresVoteRecorderTest, ContinuesAfterItsConnectionsWereTerminated) {
  const auto store = open();
  ASSERT_TRUE(store->record(std::vector{queued(1, "ann", "a")}));
  const auto terminate =
      "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()";
  EXPECT_GT(number(terminate), 0);
  const auto rejected = store->record(std::vector{queued(2, "bob", "a")});
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(store->record(std::vector{queued(2, "bob", "a")}));
  expect_right_tally();
}

}  // namespace
}  // namespace pollux::store
