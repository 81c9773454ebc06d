// The services on real servers: a start that fails at each step, and a stop at each step with a backlog.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/pollux_admin.hpp"
#include "base/testing/eventually.hpp"
#include "compositions/running_program.hpp"
#include "config/secret.hpp"
#include "directory/redis_poll_publisher.hpp"
#include "poll/question_json.hpp"
#include "postgres/connection.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_vote_gates.hpp"
#include "redis/testing/redis_server.hpp"
#include "result/pollux_result.hpp"
#include "vote/pollux_vote.hpp"
#include "worker/pollux_worker.hpp"

namespace pollux::compositions {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int backlog = 80;
const http::Endpoint anywhere{"127.0.0.1", 0};

// Starts PostgreSQL once for all tests: it takes seconds.
postgres::TestServer& postgres() {
  static postgres::TestServer server;
  return server;
}

class ServicesTest : public testing::Test {
 protected:
  ServicesTest() : database_(postgres().fresh_database()) {
    vote_.listen = result_.page.listen = admin_.admin.listen = anywhere;
    for (config::ServiceOptions* service :
         {&vote_.service, &worker_.service, &result_.service, &admin_.service}) {
      service->management_listen = anywhere;
      service->drain_time = 100ms;
    }
    vote_.network.io_threads = result_.network.io_threads = admin_.network.io_threads = 2;
    vote_.redis = worker_.redis = admin_.redis = redis_.url();
    worker_.database = result_.database = admin_.database = database_;
    worker_.max_batch = 10;
  }

  std::unique_ptr<RunningProgram> start_vote() {
    return std::make_unique<RunningProgram>(vote_.service.drain_time, [this](lifecycle::Startup& startup) {
      return vote::start(vote_, startup);
    });
  }
  std::unique_ptr<RunningProgram> start_worker() {
    return std::make_unique<RunningProgram>(worker_.service.drain_time, [this](lifecycle::Startup& startup) {
      return worker::start(worker_, startup);
    });
  }
  std::unique_ptr<RunningProgram> start_result() {
    return std::make_unique<RunningProgram>(result_.service.drain_time, [this](lifecycle::Startup& startup) {
      return result::start(result_, startup);
    });
  }
  std::unique_ptr<RunningProgram> start_admin() {
    return std::make_unique<RunningProgram>(admin_.service.drain_time, [this](lifecycle::Startup& startup) {
      return admin::start(admin_, startup);
    });
  }

  void expect_failure(const RunningProgram& program, const std::string& about) {
    EXPECT_FALSE(program.started());
    EXPECT_THAT(program.error(), HasSubstr(about));
  }

  // Until so many votes are accepted. On a busy machine more of them may be in the stream: cast_so_far().
  void cast(std::size_t votes) {
    const auto vote = start_vote();
    ASSERT_TRUE(vote->started()) << vote->error();
    ASSERT_TRUE(eventually([&] { return vote->ask("/readyz").starts_with("HTTP/1.1 200 "); }));
    std::size_t accepted = 0;
    EXPECT_TRUE(eventually([&] {
      accepted += Voters(vote->port("vote"), votes - accepted).accepted();
      return accepted == votes;
    }));
  }

  // Recorded votes stay in the stream for a while.
  std::int64_t cast_so_far() const { return redis_.command({"XLEN", queue::stream_key(0)}).integer; }

  postgres::Connection connect() { return postgres::Connection::open(database_, WaitLimit::in(10s)).value(); }

  std::int64_t recorded() {
    return connect().execute("SELECT count(*) FROM pollux_votes", WaitLimit::in(10s)).value().number(0, 0);
  }

  // Votes that a worker holds and has not recorded.
  std::int64_t pending() const {
    const auto answer =
        redis_.command({"XPENDING", queue::stream_key(0), std::string(queue::consumer_group)});
    return answer.elements.empty() ? 0 : answer.elements[0].integer;
  }

  redis::testing::RedisServer redis_;
  postgres::Url database_;
  vote::Options vote_;
  worker::WorkerProgramOptions worker_;
  result::Options result_;
  admin::ProgramOptions admin_;
};

TEST_F(ServicesTest, VoteFailsCleanlyAtEveryStepOfTheStart) {
  const vote::Options good = vote_;
  const TakenPort taken;
  vote_.poll.option_labels = {"Only"};
  expect_failure(*start_vote(), "option");
  vote_ = good;
  vote_.redis.port = 1;
  expect_failure(*start_vote(), "Redis");
  for (http::Endpoint* endpoint : {&vote_.listen, &vote_.service.management_listen}) {
    vote_.redis = good.redis;
    *endpoint = taken.endpoint();
    expect_failure(*start_vote(), taken.endpoint().text());
    *endpoint = anywhere;
  }
  EXPECT_TRUE(start_vote()->started());
}

TEST_F(ServicesTest, VoteStopsAtEveryStepWithVotesInFlightToRedis) {
  const std::size_t steps = start_vote()->steps();
  for (std::size_t run = 0; run <= steps; ++run) {
    SCOPED_TRACE("stopped after " + std::to_string(run) + " steps");
    auto program = start_vote();
    ASSERT_TRUE(program->started()) << program->error();
    ASSERT_TRUE(eventually([&] { return program->ask("/readyz").starts_with("HTTP/1.1 200 "); }));
    redis_.freeze();
    Voters voters(program->port("vote"), backlog);
    EXPECT_TRUE(eventually([&] { return program->metric("pollux_queue_in_flight_votes") > 0; }));
    program->drain(run);
    program->destroy();
    EXPECT_EQ(voters.accepted(), 0U);
    redis_.thaw();
  }
}

poll::ManagedPoll new_managed_poll() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto question = poll::parse_question_json(
      R"({"kind":"multiple","text":"Days?","options":["Mon","Tue"],"min":1,"max":2})");
  return poll::new_poll(poll::make_poll_id(now), poll::PollCode::random(),
                        {.title = "Days", .question = question.value()}, now);
}

// Announces the change of a poll as a service with a store does.
poll::ManagedPoll announced_change(const redis::Url& url, const poll::ManagedPoll& poll,
                                   poll::PollAction action) {
  queue::RedisVoteGates gates(url);
  directory::RedisPollPublisher publisher(url);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  poll::ManagedPoll next = poll::changed(poll, action, now).value();
  EXPECT_TRUE(gates.set(poll::gate_of(next)));
  EXPECT_TRUE(publisher.publish(next));
  return next;
}

TEST_F(ServicesTest, VoteServesThePollsThatAreAnnounced) {
  vote_.managed_polls = true;
  const auto program = start_vote();
  ASSERT_TRUE(program->started()) << program->error();
  const std::uint16_t port = program->port("vote");
  const poll::ManagedPoll draft = new_managed_poll();
  const std::string page = "/p/" + draft.code.text();
  EXPECT_EQ(request(port, page).status, 404U);
  const poll::ManagedPoll open = announced_change(redis_.url(), draft, poll::PollAction::open);
  EXPECT_TRUE(eventually([&] { return request(port, page).status == 200; }));
  EXPECT_EQ(request(port, page, "vote=b&vote=a").status, 200U);
  EXPECT_EQ(redis_.command({"XLEN", queue::stream_key(0)}).integer, 1);
  const poll::ManagedPoll closed = announced_change(redis_.url(), open, poll::PollAction::close);
  EXPECT_EQ(request(port, page, "vote=a").status, 409U) << "at once: the gate decides";
  announced_change(redis_.url(), announced_change(redis_.url(), closed, poll::PollAction::reset),
                   poll::PollAction::open);
  EXPECT_EQ(request(port, page, "vote=a&poll=" + draft.id.text()).status, 409U) << "of the earlier run";
  EXPECT_TRUE(eventually([&] { return request(port, page, "vote=a").status == 200; }));
  EXPECT_EQ(redis_.command({"XLEN", queue::stream_key(0)}).integer, 2);
  EXPECT_EQ(request(port, "/", "vote=a").status, 200U) << "the poll of the settings";
}

TEST_F(ServicesTest, VoteKeepsPagesAndRejectsVotesOfPollsWhileRedisHasLostItsData) {
  vote_.managed_polls = true;
  const auto program = start_vote();
  ASSERT_TRUE(program->started()) << program->error();
  const std::uint16_t port = program->port("vote");
  const poll::ManagedPoll poll = announced_change(redis_.url(), new_managed_poll(), poll::PollAction::open);
  const std::string page = "/p/" + poll.code.text();
  EXPECT_TRUE(eventually([&] { return request(port, page, "vote=a").status == 200; }));
  redis_.command({"FLUSHALL"});
  EXPECT_EQ(request(port, page, "vote=a").status, 503U);
  EXPECT_EQ(request(port, page).status, 200U);
  queue::RedisVoteGates gates(redis_.url());
  ASSERT_TRUE(gates.set(poll::gate_of(poll)));
  EXPECT_EQ(request(port, page, "vote=a").status, 200U);
}

TEST_F(ServicesTest, VoteServesNoSuchPollsWithoutTheSetting) {
  const auto program = start_vote();
  ASSERT_TRUE(program->started()) << program->error();
  const poll::ManagedPoll poll = announced_change(redis_.url(), new_managed_poll(), poll::PollAction::open);
  EXPECT_EQ(request(program->port("vote"), "/p/" + poll.code.text(), "vote=a").status, 404U);
}

TEST_F(ServicesTest, WorkerFailsCleanlyAtEveryStepOfTheStart) {
  const worker::WorkerProgramOptions good = worker_;
  const TakenPort taken;
  worker_.redis.port = 1;
  expect_failure(*start_worker(), "Redis");
  worker_ = good;
  worker_.database = postgres::Url::parse("postgresql://postgres@127.0.0.1:1/unused").value();
  expect_failure(*start_worker(), "127.0.0.1:1");
  worker_ = good;
  worker_.service.management_listen = taken.endpoint();
  expect_failure(*start_worker(), taken.endpoint().text());
  worker_ = good;
  EXPECT_TRUE(start_worker()->started());
}

TEST_F(ServicesTest, WorkerStopsAtEveryStepAndReleasesItsVotes) {
  const std::size_t steps = start_worker()->steps();
  for (std::size_t run = 0; run <= steps; ++run) {
    SCOPED_TRACE("stopped after " + std::to_string(run) + " steps");
    auto program = start_worker();
    ASSERT_TRUE(program->started()) << program->error();
    {
      postgres::Connection other = connect();
      ASSERT_TRUE(other.execute("BEGIN; LOCK TABLE pollux_votes", WaitLimit::in(10s)));
      cast(backlog);
      ASSERT_GE(cast_so_far(), static_cast<std::int64_t>(run + 1) * backlog);
      ASSERT_TRUE(eventually([&] { return pending() > 0; }));
      program->drain(run);
      program->destroy();
    }
    // Well before `reclaim_after` of 30 s, or eventually() gives up.
    const auto next = start_worker();
    EXPECT_TRUE(eventually([&] { return recorded() == cast_so_far(); }));
  }
}

TEST_F(ServicesTest, WorkerIsReadyAgainOnceTheDatabaseIsWritable) {
  const auto program = start_worker();
  ASSERT_TRUE(program->started()) << program->error();
  const auto ready = [&] { return program->ask("/readyz").starts_with("HTTP/1.1 200 "); };
  ASSERT_TRUE(eventually(ready));
  const auto rights = [&](const std::string& statement) {
    ASSERT_TRUE(connect().execute(statement, WaitLimit::in(10s)));
  };
  // An unexpected database error is `internal`, and makes the service not ready, too.
  rights("ALTER TABLE pollux_votes RENAME TO pollux_votes_away");
  cast(1);
  EXPECT_TRUE(eventually([&] { return !ready(); }));
  rights("ALTER TABLE pollux_votes_away RENAME TO pollux_votes");
  EXPECT_TRUE(eventually(ready));
  EXPECT_TRUE(eventually([&] { return recorded() == cast_so_far(); }));
}

TEST_F(ServicesTest, ResultFailsCleanlyAtEveryStepOfTheStart) {
  ASSERT_TRUE(start_worker()->started()) << "which migrates the database";
  const result::Options good = result_;
  const TakenPort taken;
  result_.poll.option_labels = {"Only"};
  expect_failure(*start_result(), "option");
  result_ = good;
  result_.database = postgres::Url::parse("postgresql://postgres@127.0.0.1:1/unused").value();
  expect_failure(*start_result(), "127.0.0.1:1");
  for (http::Endpoint* endpoint : {&result_.page.listen, &result_.service.management_listen}) {
    result_.database = good.database;
    *endpoint = taken.endpoint();
    expect_failure(*start_result(), taken.endpoint().text());
    *endpoint = anywhere;
  }
  EXPECT_TRUE(start_result()->started());
}

TEST_F(ServicesTest, ResultStopsAtEveryStepWithViewersAndAFrozenDatabase) {
  ASSERT_TRUE(start_worker()->started());
  const std::size_t steps = start_result()->steps();
  for (std::size_t run = 0; run <= steps; ++run) {
    SCOPED_TRACE("stopped after " + std::to_string(run) + " steps");
    auto program = start_result();
    ASSERT_TRUE(program->started()) << program->error();
    std::vector<std::unique_ptr<http::WireClient>> viewers;
    for (int i = 0; i < 20; ++i) {
      auto& viewer = viewers.emplace_back(std::make_unique<http::WireClient>(program->port("result")));
      viewer->send(
          "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\n"
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      EXPECT_EQ(viewer->read_answer(false).status, 101U);
    }
    postgres().freeze();
    program->drain(run);
    program->destroy();
    postgres().thaw();
  }
}

TEST_F(ServicesTest, AdminFailsCleanlyAtEveryStepOfTheStart) {
  const admin::ProgramOptions good = admin_;
  const TakenPort taken;
  expect_failure(*start_admin(), "pollux-worker migrate");
  ASSERT_TRUE(start_worker()->started()) << "which migrates the database";
  admin_.redis.port = 1;
  expect_failure(*start_admin(), "Redis");
  admin_ = good;
  admin_.database = postgres::Url::parse("postgresql://postgres@127.0.0.1:1/unused").value();
  expect_failure(*start_admin(), "127.0.0.1:1");
  for (http::Endpoint* endpoint : {&admin_.admin.listen, &admin_.service.management_listen}) {
    admin_.database = good.database;
    *endpoint = taken.endpoint();
    expect_failure(*start_admin(), taken.endpoint().text());
    *endpoint = anywhere;
  }
  admin_.admin.password = config::Secret("short");
  expect_failure(*start_admin(), "first account");
  admin_ = good;
  EXPECT_TRUE(start_admin()->started());
}

TEST_F(ServicesTest, AdminStopsAtEveryStepWithRequestsToAFrozenDatabase) {
  ASSERT_TRUE(start_worker()->started());
  const std::size_t steps = start_admin()->steps();
  for (std::size_t run = 0; run <= steps; ++run) {
    SCOPED_TRACE("stopped after " + std::to_string(run) + " steps");
    auto program = start_admin();
    ASSERT_TRUE(program->started()) << program->error();
    postgres().freeze();
    std::vector<std::unique_ptr<http::WireClient>> clients;
    for (int i = 0; i < 20; ++i) {
      auto& client = clients.emplace_back(std::make_unique<http::WireClient>(program->port("admin")));
      client->send("GET /api/v1/polls HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer plx_" +
                   std::string(40, '0') + "\r\n\r\n");
    }
    program->drain(run);
    program->destroy();
    postgres().thaw();
  }
}

}  // namespace
}  // namespace pollux::compositions
