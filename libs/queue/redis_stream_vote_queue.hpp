// The producing end of the votes' streams in Redis. A vote is accepted when Redis has appended it; how
// durable that is depends on Redis (appendonly, appendfsync). A vote waits for Redis for
// RedisQueueOptions::deadline; then it is rejected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "poll/ports.hpp"
#include "queue/redis_vote_producer.hpp"
#include "tracing/tracer.hpp"

namespace pollux::queue {

// The stream of a voter, always the same, so that the voter's votes keep their order: 64-bit FNV-1a of the
// id's bytes, modulo `shards`, which is at least 1. http://www.isthe.com/chongo/tech/comp/fnv/
std::size_t shard_of(std::string_view voter_id, std::size_t shards);

// Appends votes as vote_append.hpp says. A sampled vote has a span of its own, whose context is in the
// entry. Adds its streams to the set of streams at each connect. See RedisVoteProducer for the lifetime.
class RedisStreamVoteQueue : public poll::VoteQueue {
 public:
  using Options = RedisQueueOptions;

  RedisStreamVoteQueue(IoThreads& threads, Options options);

  void enqueue(poll::Vote vote, AckCallback done) override;

  const RedisVoteProducer& producer() const { return producer_; }  // for its state and statistics

 private:
  tracing::Span start_span(const std::string& stream, const tracing::SpanContext& parent) const;

  const std::vector<std::string> streams_;
  const bool gates_;
  const tracing::Tracer tracer_;
  const std::string host_;
  const std::uint16_t port_;
  RedisVoteProducer producer_;
};

}  // namespace pollux::queue
