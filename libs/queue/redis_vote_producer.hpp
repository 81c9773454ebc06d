// Sends votes to Redis from any thread: what the queues as a stream and as a list share. Each io thread has a
// connection of its own, so that a vote that was read there goes out there, without a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/io_threads.hpp"
#include "poll/vote_queue.hpp"
#include "queue/redis_queue_options.hpp"
#include "redis/async_connection.hpp"

namespace pollux::queue {

// The io threads outlive it. Create and destroy it on the thread that owns them, whether they run or not, and
// never on one of them. Its destruction refuses what is in flight.
class RedisVoteProducer {
 public:
  // What a reply means: the vote's version, or that it is none. Called on the io threads, several at a time.
  using Interpretation = std::function<Result<poll::Version>(const redis::Reply&)>;

  // `keepalive`: the commands that must succeed for a connection to be of use.
  RedisVoteProducer(IoThreads& threads, const RedisQueueOptions& options,
                    const std::vector<redis::EncodedCommand>& keepalive, Interpretation interpretation);
  ~RedisVoteProducer();
  RedisVoteProducer(const RedisVoteProducer&) = delete;
  RedisVoteProducer& operator=(const RedisVoteProducer&) = delete;

  // As VoteQueue::enqueue. Votes of one thread go out in their order.
  void send(redis::EncodedCommand command, poll::VoteQueue::AckCallback done);

  // Whether all connections work, or why one does not. Any thread.
  Result<void> state() const;
  Result<void> eviction() const;     // see redis::AsyncConnection; any thread
  std::uint64_t reconnects() const;  // any thread
  const RedisQueueStatistics& statistics() const { return statistics_; }

 private:
  class Shard;

  void settle(const poll::VoteQueue::AckCallback& done, Result<poll::Version> outcome);

  IoThreads& threads_;
  const Interpretation interpretation_;
  RedisQueueStatistics statistics_;
  std::vector<std::shared_ptr<Shard>> shards_;
};

}  // namespace pollux::queue
