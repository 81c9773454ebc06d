// For tests of consumers of Redis Streams: a real server that is empty for each case, and helpers to put
// votes into it and to inspect it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "queue/redis_stream_commands.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::queue {

class RedisStreams : public testing::Test {
 protected:
  using Words = std::vector<std::string>;
  using Batch = std::vector<poll::QueuedVote>;
  using milliseconds = std::chrono::milliseconds;

  explicit RedisStreams(Words arguments = {}) : server_(std::move(arguments)) {}

  redis::Reply command(const Words& words) { return server_.command(words); }
  std::int64_t number(const Words& words) { return command(words).integer; }

  // Puts a vote for `a` into a stream, as a vote service does; its entry's id.
  std::string cast(const std::string& voter, std::size_t shard = 0) {
    command({"SADD", std::string(streams_key), stream_key(shard)});
    return command({"XADD", stream_key(shard), "*", "poll", "default", "voter", voter, "selection", "a"})
        .text;
  }
  void cast_many(int count, const std::string& prefix = "voter") {
    for (int n = 0; n < count; ++n) cast(prefix + std::to_string(n));
  }

  RedisStreamVoteConsumer::Options options(const std::string& name) const {
    RedisStreamVoteConsumer::Options options;
    options.url = server_.url();
    options.consumer_name = name;
    options.limits = {milliseconds(2000), milliseconds(2000)};
    return options;
  }
  std::unique_ptr<RedisStreamVoteConsumer> consumer(const std::string& name = "ann") const {
    return std::make_unique<RedisStreamVoteConsumer>(options(name));
  }

  // Receives until `count` votes have come, or for a minute; errors are ignored.
  static Batch receive(RedisStreamVoteConsumer& consumer, std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    Batch all;
    while (all.size() < count && std::chrono::steady_clock::now() < until) {
      const auto batch = consumer.receive(count - all.size(), milliseconds(100));
      if (batch) all.insert(all.end(), batch->begin(), batch->end());
    }
    return all;
  }

  // Receives, recording nothing, until the condition holds, or for a minute.
  template <class Condition>
  static bool come_to(RedisStreamVoteConsumer& consumer, const Condition& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      (void)consumer.receive(1000, milliseconds(20));
    }
    return true;
  }

  static bool nothing_left(RedisStreamVoteConsumer& consumer) {
    return consumer.receive(1000, milliseconds(0)).value().empty();
  }

  static std::vector<std::string> voters(const Batch& batch) {
    std::vector<std::string> names;
    for (const poll::QueuedVote& queued : batch) names.push_back(queued.vote.voter.text());
    return names;
  }

  std::int64_t pending(std::size_t shard = 0) {
    const auto reply = command({"XPENDING", stream_key(shard), std::string(consumer_group)});
    return reply.elements.empty() ? -1 : reply.elements[0].integer;
  }
  std::int64_t length(std::size_t shard = 0) { return number({"XLEN", stream_key(shard)}); }
  std::size_t consumers(std::size_t shard = 0) {
    return command({"XINFO", "CONSUMERS", stream_key(shard), std::string(consumer_group)}).elements.size();
  }

  redis::testing::RedisServer server_;
};

}  // namespace pollux::queue
