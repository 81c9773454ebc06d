// What the gates in Redis promise beyond the port; the port's own promises are in tests/conformance.
#include "queue/redis_vote_gates.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "poll/lost_changes.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "queue/testing/collected_outcomes.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using poll::PollState;
using poll::RejectionReason;
using testing::HasSubstr;

poll::Vote vote_for(const std::string& run) {
  return {poll::PollId::parse(run).value(), poll::VoterId::parse("ann").value(),
          poll::Selection::parse("a").value()};
}

poll::VoteGate gate(PollState state, std::uint32_t run, std::uint64_t revision) {
  return {.poll = poll::PollId::parse("lunch").value(), .state = state, .run = run, .revision = revision};
}

class RedisGates : public testing::Test {
 protected:
  RedisGates() {
    options_.url = server_.url();
    options_.deadline = std::chrono::milliseconds(5000);  // patient, for a busy machine
    options_.gates = true;
    threads_.start();
  }
  ~RedisGates() override { queue_.reset(); }  // before the outcomes

  RedisStreamVoteQueue& connect() {
    queue_.emplace(threads_, options_);
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
    return *queue_;
  }

  // The outcome of a vote.
  poll::VoteResult cast(const std::string& run) {
    const std::size_t place = outcomes_.count();
    queue_->enqueue(vote_for(run), outcomes_.next());
    EXPECT_TRUE(outcomes_.come_to(place + 1));
    return outcomes_.at(place);
  }
  std::string field() { return server_.command({"HGET", "pollux:gates", "lunch"}).text; }
  std::int64_t queued() { return server_.command({"XLEN", "pollux:votes:0"}).integer; }

  CollectedOutcomes outcomes_;
  redis::testing::RedisServer server_;
  RedisQueueOptions options_;
  IoThreads threads_{1};
  std::optional<RedisStreamVoteQueue> queue_;
  RedisVoteGates gates_{server_.url()};
};

// A vote service sends the hash, and never the script with a vote.
TEST_F(RedisGates, TheHashIsThatOfTheScript) {
  EXPECT_EQ(server_.command({"SCRIPT", "LOAD", std::string(gated_append_script)}).text, gated_append_sha);
  EXPECT_EQ(server_.command({"SCRIPT", "LOAD", std::string(once_append_script)}).text, once_append_sha);
}

TEST_F(RedisGates, RememberFirstVotesForAWeek) {
  auto& queue = connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 3, 12)));
  poll::Vote vote = vote_for("lunch.3");
  vote.once = true;
  queue.enqueue(vote, outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_TRUE(outcomes_.at(0));
  EXPECT_EQ(server_.command({"HGET", "pollux:first-votes:lunch.3", "ann"}).text, "a");
  const auto seconds = server_.command({"TTL", "pollux:first-votes:lunch.3"}).integer;
  EXPECT_GT(seconds, 6 * 24 * 3600);
  EXPECT_LE(seconds, 7 * 24 * 3600);
  const auto entries = server_.command({"XRANGE", "pollux:votes:0", "-", "+"}).elements;
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].elements[1].elements.size(), 10U) << "poll, voter, selection, format and once";
}

TEST_F(RedisGates, AreTextsThatEveryVersionReads) {
  ASSERT_TRUE(gates_.set(gate(PollState::open, 3, 12)));
  EXPECT_EQ(field(), "open 3 12");
  EXPECT_EQ(open_gate(3), "open 3 ");
}

TEST_F(RedisGates, AppendTheSameEntryAsAVoteWithoutAGate) {
  connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 3, 12)));
  const auto outcome = cast("lunch.3");
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto entries = server_.command({"XRANGE", "pollux:votes:0", "-", "+"}).elements;
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].elements[0].text,
            std::to_string(outcome->time) + "-" + std::to_string(outcome->sequence));
  std::vector<std::string> fields;
  for (const redis::Reply& field : entries[0].elements[1].elements) fields.push_back(field.text);
  EXPECT_THAT(fields, testing::ElementsAre("poll", "lunch.3", "voter", "ann", "selection", "a"));
}

TEST_F(RedisGates, CountWhatTheyReject) {
  auto& queue = connect();
  ASSERT_TRUE(gates_.set(gate(PollState::closed, 1, 3)));
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::closed);
  EXPECT_EQ(queue.producer().statistics().rejected_by_gate, 1U);
  EXPECT_EQ(queue.producer().statistics().rejected_unavailable, 0U);
  EXPECT_TRUE(queue.producer().state()) << "a rejection is no trouble of the connection";
}

// Run 1 is no prefix of run 12, nor the other way round.
TEST_F(RedisGates, CompareTheWholeNumberOfTheRun) {
  connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 12, 2)));
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::other_run);
  ASSERT_TRUE(gates_.set(gate(PollState::open, 1, 3)));
  EXPECT_EQ(cast("lunch.12").error().reason, RejectionReason::unavailable);
  EXPECT_EQ(queued(), 0);
}

TEST_F(RedisGates, RejectVotesUntilAnEmptiedServerHasThemAgain) {
  connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 1, 2)));
  ASSERT_TRUE(cast("lunch"));
  server_.command({"FLUSHALL"});
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::unavailable);
  ASSERT_TRUE(gates_.set(gate(PollState::open, 1, 2)));
  EXPECT_TRUE(cast("lunch")) << "FLUSHALL keeps scripts";
}

TEST_F(RedisGates, LoadTheScriptAgainIfTheServerHasForgottenIt) {
  auto& queue = connect();
  server_.kill();
  ASSERT_TRUE(eventually([&] { return !queue.producer().state(); }));
  server_.start();
  ASSERT_TRUE(eventually([&] { return queue.producer().state().has_value(); }));
  ASSERT_TRUE(eventually([&] { return gates_.set(gate(PollState::open, 1, 2)).has_value(); }));
  EXPECT_TRUE(cast("lunch"));

  server_.command({"SCRIPT", "FLUSH"});
  EXPECT_TRUE(eventually([&] { return cast("lunch").has_value(); })) << "with the next keepalive";
}

TEST_F(RedisGates, OfALaterVersionMayHaveMoreWords) {
  connect();
  server_.command({"HSET", "pollux:gates", "lunch", "open 2 5 roll"});
  EXPECT_TRUE(cast("lunch.2"));
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::other_run);
  EXPECT_THAT(gates_.set(gate(PollState::closed, 2, 4)).value(),
              testing::ElementsAre(gate(PollState::open, 2, 5)));
  EXPECT_EQ(field(), "open 2 5 roll") << "the revision is compared all the same";
  EXPECT_THAT(gates_.set(gate(PollState::open, 2, 5)).value(), testing::IsEmpty());
  EXPECT_EQ(field(), "open 2 5 roll") << "it is the same gate";
  ASSERT_TRUE(gates_.set(gate(PollState::closed, 2, 6)));
  EXPECT_EQ(field(), "closed 2 6");
}

TEST_F(RedisGates, OfALaterVersionMayHaveAnotherState) {
  server_.command({"HSET", "pollux:gates", "lunch", "paused 2 5"});
  EXPECT_THAT(gates_.set(gate(PollState::open, 2, 4)).value(),
              testing::ElementsAre(gate(PollState::closed, 2, 5)))
      << "it takes no votes, as far as this version knows";
}

// No version writes these. A vote service that was taken over could.
TEST_F(RedisGates, ThatCannotBeReadHideNoOthers) {
  for (const std::string damaged :
       {"open 99999999999 5", "open 0 5", "open 1000001 5", "open 2 1000000000000",
        "open 2 9223372036854775807", "open 2 99999999999999999999999"}) {
    server_.command({"HSET", "pollux:gates", "lunch", damaged});
    poll::VoteGate other = gate(PollState::open, 1, 2);
    other.poll = poll::PollId::parse("dinner").value();
    const auto kept = gates_.set_all(std::vector{gate(PollState::closed, 2, 4), other});
    ASSERT_TRUE(kept) << damaged;
    EXPECT_THAT(*kept, testing::ElementsAre(gate(PollState::closed, 1, poll::max_revision))) << damaged;
    EXPECT_EQ(field(), damaged);
    EXPECT_EQ(server_.command({"HGET", "pollux:gates", "dinner"}).text, "open 1 2");
  }
}

TEST_F(RedisGates, RejectVotesIfTheHashIsSomethingElse) {
  connect();
  server_.command({"HSET", "pollux:gates", "lunch", "ajar"});
  const auto outcome = cast("lunch");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, RejectionReason::unavailable);
  EXPECT_THAT(outcome.error().message, HasSubstr("pollux:gates"));
  server_.command({"DEL", "pollux:gates"});
  server_.command({"SET", "pollux:gates", "a text"});
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::unavailable);
  EXPECT_FALSE(gates_.set(gate(PollState::open, 1, 2)));
  EXPECT_EQ(queued(), 0);
}

TEST_F(RedisGates, NeedNoMoreRightsThanTheirCommands) {
  server_.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~pollux:*", "+xadd", "+sadd", "+hget",
                   "+evalsha", "+script|load"});
  options_.url.user = "vote";
  options_.url.password = "sesame";
  connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 1, 2)));
  EXPECT_TRUE(cast("lunch"));
}

TEST_F(RedisGates, AQueueWithoutThemTakesNoVoteThatNeedsOne) {
  options_.gates = false;
  connect();
  ASSERT_TRUE(gates_.set(gate(PollState::open, 1, 2)));
  EXPECT_EQ(cast("lunch").error().reason, RejectionReason::unavailable);
  EXPECT_TRUE(cast("default"));
  EXPECT_EQ(queued(), 1);
}

}  // namespace
}  // namespace pollux::queue
