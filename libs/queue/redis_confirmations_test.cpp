// Votes that wait until a replica has them, with a real primary and a real replica.
#include "queue/redis_confirmations.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "queue/testing/collected_outcomes.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using redis::testing::RedisServer;
using std::chrono::milliseconds;
using testing::HasSubstr;

poll::Vote vote_by(const std::string& voter) {
  return {poll::PollId::parse("default").value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse("a").value()};
}

class RedisReplica : public testing::Test {
 protected:
  RedisReplica() {
    options_.url = primary_.url();
    options_.ack = RedisAck::replica;
    options_.deadline = milliseconds(5000);  // patient, for a busy machine
    threads_.start();
  }
  ~RedisReplica() override { queue_.reset(); }  // before the outcomes

  RedisStreamVoteQueue& connect() {
    queue_.emplace(threads_, options_);
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
    return *queue_;
  }

  void follow() {
    replica_.command({"REPLICAOF", "127.0.0.1", std::to_string(primary_.port())});
    EXPECT_TRUE(eventually([this] { return primary_.command({"WAIT", "1", "100"}).integer == 1; }));
  }
  void leave() {
    replica_.command({"REPLICAOF", "NO", "ONE"});
    EXPECT_TRUE(eventually([this] { return primary_.command({"WAIT", "1", "10"}).integer == 0; }));
  }

  std::int64_t queued(const RedisServer& server) {
    return server.command({"XLEN", "pollux:votes:0"}).integer;
  }

  CollectedOutcomes outcomes_;
  RedisServer primary_;
  RedisServer replica_{{"--repl-diskless-sync-delay", "0"}};
  RedisQueueOptions options_;
  IoThreads threads_{2};
  std::optional<RedisStreamVoteQueue> queue_;
};

TEST_F(RedisReplica, HasEveryVoteThatWasAccepted) {
  follow();
  auto& queue = connect();
  for (int n = 0; n < 2000; ++n) queue.enqueue(vote_by("voter" + std::to_string(n)), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2000));
  primary_.kill();
  EXPECT_EQ(queued(replica_), 2000) << "at once, after the primary is gone";
  for (std::size_t n = 0; n < 2000; ++n) ASSERT_TRUE(outcomes_.at(n));
  EXPECT_EQ(queue.producer().statistics().accepted, 2000U);
  EXPECT_EQ(queue.producer().statistics().unconfirmed, 0U);
}

TEST_F(RedisReplica, VotesShareAQuestion) {
  follow();
  auto& queue = connect();
  primary_.command({"CONFIG", "RESETSTAT"});
  for (int n = 0; n < 2000; ++n) queue.enqueue(vote_by("voter"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2000));
  const std::string stats = primary_.command({"INFO", "commandstats"}).text;
  const std::size_t at = stats.find("cmdstat_wait:calls=");
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(std::stoi(stats.substr(at + 19)), 1000);
}

TEST_F(RedisReplica, WithoutOneVotesAreRejectedAndMayBeCounted) {
  options_.deadline = milliseconds(800);
  auto& queue = connect();
  for (const char* voter : {"ann", "bob"}) queue.enqueue(vote_by(voter), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  for (std::size_t n = 0; n < 2; ++n) {
    ASSERT_FALSE(outcomes_.at(n));
    EXPECT_EQ(outcomes_.at(n).error().reason, poll::RejectionReason::unavailable);
    EXPECT_THAT(outcomes_.at(n).error().message,
                HasSubstr("did not confirm within 400 ms that a replica has the vote"));
  }
  EXPECT_EQ(queued(primary_), 2);
  EXPECT_EQ(queue.producer().statistics().unconfirmed, 2U);
  EXPECT_EQ(queue.producer().statistics().rejected_unavailable, 2U);
  EXPECT_EQ(queue.producer().statistics().in_flight, 0U);
  EXPECT_TRUE(queue.producer().state()) << "the pages are served meanwhile";

  follow();
  std::size_t sent = 2;
  EXPECT_TRUE(eventually([&] {  // a replica on a slow machine does not confirm the first one within 400 ms
    queue.enqueue(vote_by("ann"), outcomes_.next());
    ++sent;
    return outcomes_.come_to(sent) && outcomes_.at(sent - 1);
  })) << "by the same connection";
}

TEST_F(RedisReplica, VotesThatArriveDuringAQuestionHaveTheirOwn) {
  follow();
  options_.deadline = milliseconds(4000);
  auto& queue = connect();
  replica_.freeze();
  queue.enqueue(vote_by("ann"), outcomes_.next());
  ASSERT_TRUE(eventually([&] { return queued(primary_) == 1; }));
  queue.enqueue(vote_by("ann"), outcomes_.next());
  replica_.thaw();
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_TRUE(outcomes_.at(0));
  EXPECT_TRUE(outcomes_.at(1));
  EXPECT_LT(outcomes_.at(0).value(), outcomes_.at(1).value());
  EXPECT_EQ(queued(replica_), 2);
}

TEST_F(RedisReplica, AQuestionIsNotCountedAsAVote) {
  follow();
  options_.max_in_flight = 1;
  auto& queue = connect();
  for (std::size_t n = 0; n < 20; ++n) {
    queue.enqueue(vote_by("ann"), outcomes_.next());
    ASSERT_TRUE(outcomes_.come_to(n + 1));
    EXPECT_TRUE(outcomes_.at(n));
  }
}

TEST_F(RedisReplica, WhatWaitsForItIsRejectedWhenTheQueueIsDestroyed) {
  auto& queue = connect();
  for (int n = 0; n < 20; ++n) queue.enqueue(vote_by("ann"), outcomes_.next());
  ASSERT_TRUE(eventually([&] { return queued(primary_) == 20; }));
  queue_.reset();
  ASSERT_EQ(outcomes_.count(), 20U);
  for (std::size_t n = 0; n < 20; ++n) EXPECT_FALSE(outcomes_.at(n));
}

TEST_F(RedisReplica, WhatWaitsForItIsRejectedWhenThePrimaryIsKilled) {
  auto& queue = connect();
  for (int n = 0; n < 20; ++n) queue.enqueue(vote_by("ann"), outcomes_.next());
  ASSERT_TRUE(eventually([&] { return queued(primary_) == 20; }));
  primary_.kill();
  ASSERT_TRUE(outcomes_.come_to(20));
  for (std::size_t n = 0; n < 20; ++n) EXPECT_FALSE(outcomes_.at(n));
  EXPECT_EQ(queue.producer().statistics().unconfirmed, 20U);
}

TEST_F(RedisReplica, IsMissedAtTheStart) {
  EXPECT_EQ(check_confirmations(primary_.url(), RedisAck::memory).value(), "");
  EXPECT_THAT(check_confirmations(primary_.url(), RedisAck::replica).value(), HasSubstr("has no replica"));
  follow();
  EXPECT_EQ(check_confirmations(primary_.url(), RedisAck::replica).value(), "");
  EXPECT_THAT(check_confirmations(replica_.url(), RedisAck::replica).error().message,
              HasSubstr("is a replica"));
}

// tests/system has a server that knows WAITAOF.
TEST_F(RedisReplica, AServerWithoutWaitaofIsRejectedAtTheStart) {
  if (primary_.command({"COMMAND", "INFO", "WAITAOF"}).elements.at(0).kind != redis::Reply::Kind::nil) {
    const auto checked = check_confirmations(primary_.url(), RedisAck::fsync);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("Set `appendonly yes` in Redis."));
    return;
  }
  const auto checked = check_confirmations(primary_.url(), RedisAck::fsync);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::invalid);
  EXPECT_THAT(checked.error().message, HasSubstr("Redis 7.2 and later"));
  EXPECT_THAT(checked.error().message, HasSubstr("appendfsync always"));
}

}  // namespace
}  // namespace pollux::queue
