// What this queue promises beyond the port; the port's own promises are in tests/conformance.
#include "queue/redis_stream_vote_queue.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "queue/testing/collected_outcomes.hpp"
#include "redis/testing/redis_server.hpp"
#include "tracing/testing/collected_spans.hpp"

namespace pollux::queue {
namespace {

using redis::testing::RedisServer;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

poll::Vote vote_of(const std::string& voter, const std::string& selection = "a") {
  return {poll::PollId::parse("default").value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse(selection).value()};
}

// A server, two io threads, and a queue that is connected.
class RedisStream : public testing::Test {
 protected:
  RedisStream() {
    options_.url = server_.url();
    options_.deadline = milliseconds(5000);  // patient, for a busy machine
    threads_.start();
  }
  ~RedisStream() override { queue_.reset(); }  // before the outcomes

  RedisStreamVoteQueue& connect() {
    queue_.emplace(threads_, options_);
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
    return *queue_;
  }

  redis::Reply length(const std::string& stream = "pollux:votes:0") {
    return server_.command({"XLEN", stream});
  }

  CollectedOutcomes outcomes_;
  RedisServer server_;
  RedisQueueOptions options_;
  IoThreads threads_{2};
  std::optional<RedisStreamVoteQueue> queue_;
};

std::vector<std::string> texts(const redis::Reply& reply) {
  std::vector<std::string> all;
  for (const auto& element : reply.elements) all.push_back(element.text);
  return all;
}

TEST_F(RedisStream, AppendsTheVoteAndAcceptsItWithTheIdOfItsEntry) {
  connect().enqueue(vote_of("Zoë", "b"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  const poll::Version version = outcomes_.at(0).value();
  const auto entries = server_.command({"XRANGE", "pollux:votes:0", "-", "+"}).elements;
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].elements[0].text,
            std::to_string(version.time) + "-" + std::to_string(version.sequence));
  EXPECT_THAT(texts(entries[0].elements[1]),
              ElementsAre("poll", "default", "voter", "Zoë", "selection", "b"));
}

TEST_F(RedisStream, ASampledVoteHasASpanWhoseContextIsInTheEntry) {
  const auto spans = std::make_shared<tracing::CollectedSpans>();
  options_.tracer = tracing::tracer_into(spans);
  auto& queue = connect();
  poll::Vote vote = vote_of("ann");
  vote.trace = *tracing::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  queue.enqueue(vote, outcomes_.next());
  queue.enqueue(vote_of("bob"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  const auto entries = server_.command({"XRANGE", "pollux:votes:0", "-", "+"}).elements;
  ASSERT_EQ(entries.size(), 2U);
  const auto all = spans->all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "send pollux:votes:0");
  EXPECT_EQ(all[0].kind, tracing::SpanKind::producer);
  EXPECT_EQ(all[0].parent, vote.trace.span_id);
  EXPECT_FALSE(all[0].failed);
  EXPECT_EQ(tracing::attribute(all[0], "messaging.message.id"), entries[0].elements[0].text);
  EXPECT_EQ(tracing::attribute(all[0], "server.port"), std::to_string(options_.url.port));
  EXPECT_THAT(texts(entries[0].elements[1]),
              ElementsAre("poll", "default", "voter", "ann", "selection", "a", "traceparent",
                          tracing::to_traceparent(all[0].context)));
  EXPECT_THAT(texts(entries[1].elements[1]),
              ElementsAre("poll", "default", "voter", "bob", "selection", "a"));
}

TEST_F(RedisStream, TheSpanOfAVoteThatRedisDoesNotTakeFails) {
  const auto spans = std::make_shared<tracing::CollectedSpans>();
  options_.tracer = tracing::tracer_into(spans);
  auto& queue = connect();
  server_.command({"SET", "pollux:votes:0", "no stream"});
  poll::Vote vote = vote_of("ann");
  vote.trace = *tracing::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  queue.enqueue(vote, outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_FALSE(outcomes_.at(0));
  EXPECT_TRUE(spans->find("send pollux:votes:0").failed);
}

TEST_F(RedisStream, SendsVotesOfItsIoThreadsDirectly) {
  auto& queue = connect();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    boost::asio::post(threads_.context(i), [&, i, done = outcomes_.next()] {
      queue.enqueue(vote_of("ann"), [this, i, done](const poll::VoteResult& outcome) {
        EXPECT_EQ(threads_.current(), i);
        done(outcome);
      });
    });
  }
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_TRUE(outcomes_.at(0) && outcomes_.at(1));
}

TEST_F(RedisStream, KeepsTheOrderOfAThread) {
  auto& queue = connect();
  for (int n = 0; n < 2000; ++n) queue.enqueue(vote_of("voter"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2000));
  for (std::size_t n = 1; n < 2000; ++n) {
    ASSERT_LT(outcomes_.at(n - 1).value(), outcomes_.at(n).value());
  }
}

TEST_F(RedisStream, CountsWhatItDoes) {
  auto& queue = connect();
  queue.enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_EQ(queue.producer().statistics().accepted, 1U);
  EXPECT_EQ(queue.producer().statistics().in_flight, 0U);
  EXPECT_EQ(queue.producer().reconnects(), 0U);
}

TEST_F(RedisStream, RejectsVotesWhileTheServerIsDownAndAcceptsThemWhenItIsBack) {
  auto& queue = connect();
  server_.kill();
  ASSERT_TRUE(eventually([&] { return !queue.producer().state(); }));
  queue.enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_EQ(outcomes_.at(0).error().reason, poll::RejectionReason::unavailable);
  EXPECT_EQ(queue.producer().statistics().rejected_unavailable, 1U);

  server_.start();
  ASSERT_TRUE(eventually([&] { return queue.producer().state().has_value(); }));
  EXPECT_EQ(queue.producer().reconnects(), 2U) << "one for each io thread";
  EXPECT_THAT(texts(server_.command({"SMEMBERS", "pollux:streams"})), ElementsAre("pollux:votes:0"))
      << "it registers its streams again with a server that has forgotten them";
  queue.enqueue(vote_of("bob"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_TRUE(outcomes_.at(1));
}

TEST_F(RedisStream, RejectsVotesOfAFrozenServerAndNeverAcceptsThemLater) {
  options_.deadline = milliseconds(800);
  auto& queue = connect();
  server_.freeze();
  queue.enqueue(vote_of("ann"), outcomes_.next());
  queue.enqueue(vote_of("bob"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  for (std::size_t n = 0; n < 2; ++n) {
    ASSERT_FALSE(outcomes_.at(n));
    EXPECT_EQ(outcomes_.at(n).error().reason, poll::RejectionReason::unavailable);
    EXPECT_THAT(outcomes_.at(n).error().message, HasSubstr("did not answer within 800 ms"));
  }
  server_.thaw();
  ASSERT_TRUE(eventually([&] { return queue.producer().state().has_value(); }));
  queue.enqueue(vote_of("cleo"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(3));
  EXPECT_TRUE(outcomes_.at(2));
  EXPECT_EQ(outcomes_.count(), 3U);
}

TEST_F(RedisStream, RejectsVotesThatRedisHasNoMemoryFor) {
  auto& queue = connect();
  server_.command({"CONFIG", "SET", "maxmemory", "1"});
  queue.enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  ASSERT_FALSE(outcomes_.at(0));
  EXPECT_EQ(outcomes_.at(0).error().reason, poll::RejectionReason::unavailable);
  EXPECT_THAT(outcomes_.at(0).error().message, HasSubstr("no memory left"));
  EXPECT_FALSE(queue.producer().state());
  EXPECT_EQ(length().integer, 0);

  server_.command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(eventually([&] { return queue.producer().state().has_value(); }));
}

TEST_F(RedisStream, RecordedVotesMakeRoomForNewOnesIfRedisIsFull) {
  auto& queue = connect();
  for (int n = 0; n < 9500; ++n) queue.enqueue(vote_of("voter" + std::to_string(n)), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(9500));
  server_.command({"XGROUP", "CREATE", "pollux:votes:0", "pollux", "0"});
  const auto read = server_.command(
      {"XREADGROUP", "GROUP", "pollux", "ann", "COUNT", "9400", "STREAMS", "pollux:votes:0", ">"});
  std::vector<std::string> acknowledge{"XACK", "pollux:votes:0", "pollux"};
  for (const auto& entry : read.elements.at(0).elements.at(1).elements)
    acknowledge.push_back(entry.elements.at(0).text);
  server_.command(acknowledge);
  ASSERT_EQ(length().integer, 9500);
  const std::string memory = server_.command({"INFO", "memory"}).text;
  const std::uint64_t used = std::stoull(memory.substr(memory.find("used_memory:") + 12));
  server_.command({"CONFIG", "SET", "maxmemory", std::to_string(used - 20'000)});

  for (int n = 0; n < 100; ++n) queue.enqueue(vote_of("late" + std::to_string(n)), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(9600));
  for (std::size_t n = 9500; n < 9600; ++n) EXPECT_TRUE(outcomes_.at(n)) << n;
  EXPECT_EQ(length().integer, 200) << "those that were not recorded, and the late ones";
}

TEST_F(RedisStream, RejectsVotesIfItsKeyIsNoStream) {
  server_.command({"SET", "pollux:votes:0", "a text"});
  connect().enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  ASSERT_FALSE(outcomes_.at(0));
  EXPECT_EQ(outcomes_.at(0).error().reason, poll::RejectionReason::unavailable);
  EXPECT_THAT(outcomes_.at(0).error().message, HasSubstr("WRONGTYPE"));
}

TEST_F(RedisStream, NeedsNoMoreRightsThanItsTwoCommands) {
  server_.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~pollux:*", "+xadd", "+sadd"});
  options_.url.user = "vote";
  options_.url.password = "sesame";
  connect().enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_TRUE(outcomes_.at(0));

  server_.command({"ACL", "SETUSER", "vote", "-xadd"});
  queue_->enqueue(vote_of("ann"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  ASSERT_FALSE(outcomes_.at(1));
  EXPECT_THAT(outcomes_.at(1).error().message, HasSubstr("Check the rights of the user (ACL)."));
}

TEST_F(RedisStream, SpreadsVotersOverItsStreamsAndRegistersThem) {
  options_.stream_shards = 3;
  auto& queue = connect();
  EXPECT_THAT(texts(server_.command({"SMEMBERS", "pollux:streams"})),
              testing::UnorderedElementsAre("pollux:votes:0", "pollux:votes:1", "pollux:votes:2"));
  for (int n = 0; n < 300; ++n) queue.enqueue(vote_of("voter" + std::to_string(n)), outcomes_.next());
  for (int n = 0; n < 5; ++n) queue.enqueue(vote_of("xyz"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(305));
  std::int64_t all = 0;
  for (const auto* stream : {"pollux:votes:0", "pollux:votes:1", "pollux:votes:2"}) {
    EXPECT_GT(length(stream).integer, 50);
    all += length(stream).integer;
  }
  EXPECT_EQ(all, 305);
}

// The hash must be the same in every process of every version: a voter's votes keep their order within one
// stream only. The values are FNV-1a's own.
TEST(ShardOf, IsTheSameEverywhere) {
  constexpr std::size_t all = std::size_t{1} << 63U;
  EXPECT_EQ(shard_of("", all), 0xcbf29ce484222325U % all);
  EXPECT_EQ(shard_of("a", all), 0xaf63dc4c8601ec8cU % all);
  EXPECT_EQ(shard_of("foobar", all), 0x85944171f73967e8U % all);
  EXPECT_EQ(shard_of("anything", 1), 0U);
}

TEST_F(RedisStream, RejectsVotesBeyondItsBound) {
  options_.max_in_flight = 10;
  auto& queue = connect();
  server_.freeze();
  for (int n = 0; n < 50; ++n) {
    boost::asio::post(threads_.context(0),
                      [&, done = outcomes_.next()] { queue.enqueue(vote_of("a"), done); });
  }
  ASSERT_TRUE(outcomes_.come_to(40)) << "at once, while ten are in flight";
  EXPECT_EQ(queue.producer().statistics().rejected_full, 40U);
  EXPECT_EQ(queue.producer().statistics().in_flight, 10U);
  for (std::size_t n = 10; n < 50; ++n)
    EXPECT_EQ(outcomes_.at(n).error().reason, poll::RejectionReason::full);
  server_.thaw();
  ASSERT_TRUE(outcomes_.come_to(50));
  EXPECT_EQ(queue.producer().statistics().accepted, 10U);
}

TEST_F(RedisStream, BoundsTheVotesThatOtherThreadsBring) {
  options_.max_in_flight = 10;
  auto& queue = connect();
  const auto gate = std::make_shared<std::mutex>();  // a thread without a vote may come to it late
  std::unique_lock closed(*gate);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    boost::asio::post(threads_.context(i), [gate] { const std::lock_guard wait(*gate); });
  }
  for (int n = 0; n < 15; ++n) queue.enqueue(vote_of("ann"), outcomes_.next());
  EXPECT_EQ(outcomes_.count(), 5U);
  closed.unlock();
  ASSERT_TRUE(outcomes_.come_to(15));
  EXPECT_EQ(queue.producer().statistics().accepted, 10U);
}

TEST_F(RedisStream, RejectsWhatIsInFlightWhenItIsDestroyed) {
  auto& queue = connect();
  server_.freeze();
  for (int n = 0; n < 20; ++n) queue.enqueue(vote_of("ann"), outcomes_.next());
  for (int n = 0; n < 20; ++n) {
    boost::asio::post(threads_.context(1),
                      [&, done = outcomes_.next()] { queue.enqueue(vote_of("a"), done); });
  }
  ASSERT_TRUE(eventually([&] { return queue.producer().statistics().in_flight == 40; }));
  queue_.reset();
  ASSERT_EQ(outcomes_.count(), 40U) << "all of them before the queue is gone";
  for (std::size_t n = 0; n < 40; ++n)
    EXPECT_EQ(outcomes_.at(n).error().reason, poll::RejectionReason::unavailable);
}

TEST_F(RedisStream, RejectsWhatIsInFlightWhenItIsDestroyedAfterItsThreads) {
  auto& queue = connect();
  server_.freeze();
  for (int n = 0; n < 20; ++n) queue.enqueue(vote_of("ann"), outcomes_.next());
  threads_.stop();
  queue.enqueue(vote_of("late"), outcomes_.next());
  queue_.reset();
  ASSERT_EQ(outcomes_.count(), 21U);
  for (std::size_t n = 0; n < 21; ++n)
    EXPECT_EQ(outcomes_.at(n).error().reason, poll::RejectionReason::unavailable);
}

TEST_F(RedisStream, RejectsAnImpossibleNumberOfStreams) {
  for (const std::size_t shards : {0U, 257U}) {
    options_.stream_shards = shards;
    EXPECT_THROW(RedisStreamVoteQueue(threads_, options_), std::invalid_argument);
  }
}

}  // namespace
}  // namespace pollux::queue
