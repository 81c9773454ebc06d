// The program `pollux`: a start that fails at each step, and a stop at each step with votes that wait.
#include "standalone/standalone.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "base/testing/temporary_directory.hpp"
#include "compositions/running_program.hpp"
#include "poll/question_json.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/sqlite_vote_store.hpp"
#include "store/testing/locked_database.hpp"

namespace pollux::compositions {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t backlog = 80;
constexpr std::size_t half_of_backlog = backlog / 2;

class StandaloneTest : public testing::Test {
 protected:
  StandaloneTest() {
    options_.vote_listen = options_.result.listen = options_.admin.listen =
        options_.service.management_listen = {"127.0.0.1", 0};
    options_.database = directory_.path() / "pollux.db";
    options_.network.io_threads = 2;
    options_.service.drain_time = 100ms;
    options_.max_batch = 1;
  }

  std::unique_ptr<RunningProgram> start() const {
    return std::make_unique<RunningProgram>(options_.service.drain_time, [this](lifecycle::Startup& startup) {
      return standalone::start(options_, startup);
    });
  }

  std::size_t recorded() const {
    auto program = start();
    if (!program->started()) throw std::runtime_error(program->error());
    http::WireClient client(program->port("result"));
    client.send("GET /api/tally HTTP/1.1\r\nHost: test\r\n\r\n");
    const std::string body = client.read_answer().body;
    const std::string total = "\"total\":";
    return std::stoul(body.substr(body.find(total) + total.size()));
  }

  // With the stores of a program that does not run.
  template <class Use>
  auto in_database(Use use) const {
    const auto votes = store::SqliteVoteStore::open(options_.database, {}).value();
    const auto polls = store::open_sqlite_poll_store(*votes).value();
    return use(*votes, *polls);
  }

  // A poll for two options, open if it has no schedule.
  poll::ManagedPoll make_poll(const poll::PollSchedule& schedule = {}) const {
    return in_database([&](store::SqliteVoteStore&, poll::PollStore& polls) {
      const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
      const auto question =
          poll::parse_question_json(R"({"kind":"single","text":"Lunch?","options":["Noodles","Pizza"]})");
      poll::ManagedPoll made =
          polls
              .create(poll::make_poll_id(now),
                      {.title = "Lunch", .question = question.value(), .schedule = schedule}, now)
              .value();
      if (schedule.opens_at) return made;
      return polls.change(made.id, poll::PollAction::open, made.revision, now).value();
    });
  }

  std::uint64_t recorded_of(const poll::ManagedPoll& poll) const {
    return in_database([&](store::SqliteVoteStore& votes, poll::PollStore&) {
      const poll::Tally tally = votes.tally(poll::run_id(poll)).value();
      return tally.counts.empty() ? 0 : tally.counts.begin()->second;
    });
  }

  // A start that failed leaves nothing behind that the next one meets.
  void expect_failure(const std::string& about) {
    const auto program = start();
    EXPECT_FALSE(program->started());
    EXPECT_THAT(program->error(), HasSubstr(about));
  }

  TemporaryDirectory directory_;
  standalone::Options options_;
};

TEST_F(StandaloneTest, FailsCleanlyAtEveryStepOfTheStart) {
  const standalone::Options good = options_;
  const TakenPort taken;

  options_.poll.option_labels = {"Only"};
  expect_failure("option");
  options_ = good;
  options_.database = directory_.path();
  expect_failure("is a directory");
  options_ = good;
  std::filesystem::create_directory(directory_.path() / "pollux.key");
  expect_failure("pollux.key");
  std::filesystem::remove(directory_.path() / "pollux.key");
  for (http::Endpoint* endpoint : {&options_.result.listen, &options_.vote_listen, &options_.admin.listen,
                                   &options_.service.management_listen}) {
    *endpoint = taken.endpoint();
    expect_failure(taken.endpoint().text());
    options_ = good;
  }
  EXPECT_TRUE(start()->started());
}

TEST_F(StandaloneTest, StopsAtEveryStepWithWaitingVotes) {
  const std::size_t steps = start()->steps();
  const poll::ManagedPoll poll = make_poll();
  std::size_t accepted = 0;
  std::size_t accepted_of_poll = 0;
  for (std::size_t run = 0; run <= steps; ++run) {
    SCOPED_TRACE("stopped after " + std::to_string(run) + " steps");
    auto program = start();
    ASSERT_TRUE(program->started()) << program->error();
    std::optional<store::LockedDatabase> lock(std::in_place, options_.database);
    Voters voters(program->port("vote"), backlog);
    Voters voters_of_poll(program->port("vote"), backlog, "/p/" + poll.code.text());
    ASSERT_TRUE(eventually([&] { return program->metric("pollux_queue_depth_votes") >= backlog; }));
    program->drain(run);
    program->destroy();
    accepted += voters.accepted();
    accepted_of_poll += voters_of_poll.accepted();
    lock.reset();
    EXPECT_EQ(recorded(), accepted);
    EXPECT_EQ(recorded_of(poll), accepted_of_poll);
  }
}

TEST_F(StandaloneTest, RecordsAcceptedVotesBeforeAnOrderedStop) {
  options_.service.drain_time = 30s;
  auto program = start();
  ASSERT_TRUE(program->started()) << program->error();
  Voters voters(program->port("vote"), backlog);
  // All have been read, so that none is a connection that has not asked for anything yet.
  ASSERT_TRUE(eventually([&] { return program->metric("pollux_votes_recorded_total") >= backlog; }));
  program->drain(program->steps());
  program->destroy();
  EXPECT_EQ(voters.accepted(), backlog);
  EXPECT_EQ(recorded(), backlog);
}

TEST_F(StandaloneTest, ServesThePollsOfItsDatabase) {
  const poll::ManagedPoll poll = make_poll();
  const std::string page = "/p/" + poll.code.text();
  {
    const auto program = start();
    ASSERT_TRUE(program->started()) << program->error();
    const std::uint16_t port = program->port("vote");
    EXPECT_THAT(request(port, page).body, HasSubstr("Lunch?"));
    EXPECT_THAT(request(port, page + "/state").body, HasSubstr(R"("state":"open")"));
    EXPECT_EQ(request(port, page, "vote=b").status, 200U);
    EXPECT_EQ(request(port, page, "vote=c").status, 400U);
    EXPECT_EQ(request(port, "/p/KKKKKK", "vote=a").status, 404U);
    EXPECT_EQ(request(port, "/", "vote=a").status, 200U) << "the poll of the settings";
  }
  EXPECT_EQ(recorded_of(poll), 1U);
  EXPECT_EQ(recorded(), 1U);
}

TEST_F(StandaloneTest, OpensAndClosesPollsAsScheduled) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  // Late enough for a start on a busy machine.
  const poll::ManagedPoll poll = make_poll({.opens_at = now - 1s, .closes_at = now + 15s});
  const std::string page = "/p/" + poll.code.text();
  std::size_t accepted = 0;
  {
    const auto program = start();
    ASSERT_TRUE(program->started()) << program->error();
    const std::uint16_t port = program->port("vote");
    const auto vote = [&] {
      const unsigned status = request(port, page, "vote=a").status;
      if (status == 200) ++accepted;
      return status;
    };
    EXPECT_TRUE(eventually([&] { return vote() == 200; }));
    EXPECT_TRUE(eventually([&] { return vote() == 409; }));
    EXPECT_TRUE(eventually([&] {
      return request(port, page + "/state").body.find(R"("state":"closed")") != std::string::npos;
    }));
    EXPECT_TRUE(
        eventually([&] { return program->metric("pollux_managed_polls_scheduled_changes_total") == 2; }));
    EXPECT_EQ(program->metric("pollux_managed_polls_failures_total"), 0);
  }
  EXPECT_EQ(recorded_of(poll), accepted);
  const auto events = in_database([&](store::SqliteVoteStore& votes, poll::PollStore&) {
    return store::open_sqlite_account_stores(votes).value().audit_log->list({.poll = poll.id}).value();
  });
  ASSERT_EQ(events.records.size(), 2U);
  EXPECT_EQ(events.records[0].event.action, "poll.closed");
  EXPECT_EQ(events.records[1].event.action, "poll.opened");
  EXPECT_EQ(events.records[1].event.actor, "pollux");
}

TEST_F(StandaloneTest, IsReadyAgainWithoutAVoteOnceTheDatabaseIsUnlocked) {
  const auto program = start();
  ASSERT_TRUE(program->started()) << program->error();
  EXPECT_THAT(program->ask("/readyz"), StartsWith("HTTP/1.1 200 "));
  std::optional<store::LockedDatabase> lock(std::in_place, options_.database);
  Voters voters(program->port("vote"), 1);
  ASSERT_TRUE(eventually([&] { return program->ask("/readyz").starts_with("HTTP/1.1 503 "); }));
  EXPECT_EQ(voters.accepted(), 0U);
  lock.reset();
  EXPECT_TRUE(eventually([&] { return program->ask("/readyz").starts_with("HTTP/1.1 200 "); }));
}

}  // namespace
}  // namespace pollux::compositions
