// The simulated Redis against a real one: both execute the same commands of Pollux, and their replies must be
// the same.
#include "simulation/redis_model.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "directory/redis_poll_commands.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_vote_gates.hpp"
#include "queue/versions.hpp"
#include "redis/sync_client.hpp"
#include "redis/testing/redis_server.hpp"
#include "simulation/polls.hpp"
#include "simulation/random.hpp"

namespace pollux::simulation {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds long_ago{3600'000};
const std::string votes_stream = queue::stream_key(0);
const std::string worker_group(queue::consumer_group);

// The server's clock shows in ids, in how long a consumer was idle, and in TIME.
std::string in_words(const redis::Reply& reply, bool idle = false) {
  switch (reply.kind) {
    case redis::Reply::Kind::nil:
      return "nil";
    case redis::Reply::Kind::integer:
      return idle ? "some time" : std::to_string(reply.integer);
    case redis::Reply::Kind::text:
      return "\"" + reply.text + "\"";
    case redis::Reply::Kind::error:
      return "error " + std::string(reply.error_code());
    case redis::Reply::Kind::array:
      break;
  }
  std::string words = "[";
  bool follows_idle = false;
  for (const redis::Reply& element : reply.elements) {
    words += in_words(element, follows_idle) + " ";
    follows_idle = element.text == "idle";
  }
  return words + "]";
}

class RedisModelTest : public testing::Test {
 protected:
  void SetUp() override {
    // The scripts of votes are known by their SHA-1.
    for (const std::string_view script : {queue::gated_append_script, queue::once_append_script})
      (void)client_.run({"SCRIPT", "LOAD", std::string(script)}).value();
  }

  void compare(const Words& command) {
    client_.send({command}).value();
    const redis::Reply real = client_.receive().value().front();
    // The entry that it appended has the time of its clock.
    if (const auto id = queue::parse_entry_id(real.text))
      now_ = milliseconds(static_cast<std::int64_t>(id->time));
    const redis::Reply simulated = model_.execute(command, now_);
    std::string words;
    for (const std::string& word : command) words += word.substr(0, 30) + " ";
    ASSERT_EQ(in_words(without_versions(simulated)), in_words(without_versions(real))) << "after " << words;
  }

  // Whose reply depends on the version.
  void execute(const Words& command) {
    (void)client_.run(command);
    (void)model_.execute(command, now_);
  }

  void compare_state() {
    compare({"XLEN", votes_stream});
    compare({"XPENDING", votes_stream, worker_group});
    compare({"XINFO", "CONSUMERS", votes_stream, worker_group});
    compare({"XRANGE", votes_stream, "-", "+", "COUNT", "1"});
    compare({"XLEN", std::string(queue::dead_letters_key)});
  }

  Words random_command();
  Words append(const std::string& gate);
  std::vector<poll::Version> some_ids();

  // Versions differ in what they report of a consumer beyond these fields, and in whether a consumer that has
  // nothing pending exists.
  static redis::Reply without_versions(redis::Reply reply) {
    std::erase_if(reply.elements, [](const redis::Reply& element) {
      const auto& parts = element.elements;
      return parts.size() > 3 && parts[0].text == "name" && parts[3].integer == 0;
    });
    for (redis::Reply& element : reply.elements) {
      auto& parts = element.elements;
      if (parts.size() > 6 && parts[0].text == "name") parts.resize(6);
    }
    return reply;
  }

  redis::testing::RedisServer server_;
  redis::SyncClient client_{server_.url(), {}};
  RedisModel model_;
  Random random_{1};
  milliseconds now_{0};
};

Words RedisModelTest::append(const std::string& gate) {
  const std::string voter = "voter" + std::to_string(random_.below(3));
  const std::string selection(1, "ab"[random_.below(2)]);
  const std::string poll = "poll" + std::to_string(random_.below(2));
  const std::string open = "open " + std::to_string(1 + random_.below(2)) + " ";
  if (gate == "once") {
    return {"EVALSHA",
            std::string(queue::once_append_sha),
            "3",
            votes_stream,
            std::string(queue::gates_key),
            "first:" + poll,
            poll,
            open,
            voter,
            selection,
            "selection",
            selection};
  }
  return {"EVALSHA",
          std::string(queue::gated_append_sha),
          "2",
          votes_stream,
          std::string(queue::gates_key),
          poll,
          open,
          "selection",
          selection};
}

std::vector<poll::Version> RedisModelTest::some_ids() {
  std::vector<poll::Version> ids;
  const RedisStream* const there = model_.data().stream(votes_stream);
  if (there == nullptr) return ids;
  for (const auto& [name, members] : there->groups) {
    for (const auto& [id, pending] : members.pending) {
      if (random_.chance(400)) ids.push_back(id);
    }
  }
  return ids;
}

Words RedisModelTest::random_command() {
  const std::string consumer = "worker" + std::to_string(random_.below(3));
  const auto ids = some_ids();
  switch (random_.below(ids.empty() ? 9 : 14)) {
    case 0:
      return {"XGROUP", "CREATE", votes_stream, worker_group, "0", "MKSTREAM"};
    case 1:
    case 2:
      return {"XADD", votes_stream, "*", "selection", "a"};
    case 3:
      return append(random_.chance(500) ? "once" : "any");
    case 4:
      return {"XREADGROUP", "GROUP", worker_group, consumer, "COUNT", "3", "STREAMS", votes_stream, ">"};
    case 5:
      return {"XREADGROUP", "GROUP", worker_group, consumer, "COUNT", "2", "STREAMS", votes_stream, "0-0"};
    case 6:
      return queue::claim_entries(votes_stream, consumer, random_.chance(500) ? milliseconds(0) : long_ago,
                                  1 + random_.below(4), 2 + static_cast<std::uint32_t>(random_.below(3)));
    case 7:
    case 8:
      return queue::set_gate({.poll = poll::PollId::parse("poll" + std::to_string(random_.below(2))).value(),
                              .state = random_.chance(700) ? poll::PollState::open : poll::PollState::closed,
                              .run = 1 + static_cast<std::uint32_t>(random_.below(2)),
                              .revision = 1 + random_.below(12)});
    case 9:
    case 10:
      return queue::acknowledge_entries(votes_stream, ids);
    case 11:
      return queue::return_entries(votes_stream, consumer, ids);
    case 12:
      return queue::leave_to_format(votes_stream, 2 + static_cast<std::uint32_t>(random_.below(3)), ids);
    default:
      return queue::dead_letter_entries(votes_stream, std::vector<queue::RejectedEntry>{{ids[0], "bad"}},
                                        1000);
  }
}

TEST_F(RedisModelTest, AnswersLikeRedis) {
  for (int n = 0; n < 3000 && !HasFatalFailure(); ++n) {
    if (n % 20 == 0) execute(queue::remove_consumers(votes_stream, "worker0", long_ago));
    compare(random_command());
    if (!HasFatalFailure()) compare_state();
  }
}

// Another program may have deleted what is pending.
TEST_F(RedisModelTest, ForgetsDeletedEntriesLikeRedis) {
  compare({"XGROUP", "CREATE", votes_stream, worker_group, "0", "MKSTREAM"});
  for (int n = 0; n < 6; ++n) compare({"XADD", votes_stream, "*", "selection", "a"});
  compare({"XREADGROUP", "GROUP", worker_group, "worker0", "COUNT", "6", "STREAMS", votes_stream, ">"});
  const auto first = model_.data().stream(votes_stream)->entries.begin()->first;
  (void)client_.run({"XDEL", votes_stream, queue::entry_id_text(first)}).value();
  model_.data().stream(votes_stream)->entries.erase(first);
  compare({"XREADGROUP", "GROUP", worker_group, "worker0", "COUNT", "6", "STREAMS", votes_stream, "0-0"});
  compare(queue::claim_entries(votes_stream, "worker1", milliseconds(0), 4, 3));
  compare_state();
}

TEST_F(RedisModelTest, ReconcilesLikeRedis) {
  poll::ManagedPoll poll = example_poll();
  compare(directory::begin_reconciliation("mark"));
  compare(directory::publish_poll(poll));
  compare(directory::publish_poll(poll));
  poll.revision = 10;
  compare(directory::publish_poll(poll));
  poll.content.title = "another change with the same revision";
  compare(directory::publish_poll(poll));
  poll.revision = 9;
  compare(directory::publish_poll(poll));
  compare(directory::find_withdrawal(poll.id));
  compare(directory::read_poll(poll.id));
  compare({"HKEYS", std::string(directory::polls_key)});
  compare(directory::end_reconciliation("mark", "token"));
  compare(directory::end_reconciliation("mark", "token"));
  compare(directory::begin_reconciliation("mark"));
  compare(directory::end_reconciliation("mark", "another"));
  compare({"GET", std::string(directory::token_key)});
}

}  // namespace
}  // namespace pollux::simulation
