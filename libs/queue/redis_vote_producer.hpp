// Sends votes to Redis from any thread; the queues in Redis differ in the command only. Each io thread has a
// connection of its own, so that a vote that was read there is sent there, without a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/io_threads.hpp"
#include "poll/ports.hpp"
#include "queue/redis_queue_options.hpp"
#include "redis/protocol.hpp"

namespace pollux::queue {

// Any thread may read.
struct RedisQueueStatistics {
  std::atomic<std::uint64_t> in_flight = 0;  // votes without an outcome
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> rejected_full = 0;
  std::atomic<std::uint64_t> rejected_unavailable = 0;
  std::atomic<std::uint64_t> rejected_by_gate = 0;
  // Of those rejected as unavailable: appended, but not confirmed in time. They may be counted.
  std::atomic<std::uint64_t> unconfirmed = 0;
};

// The io threads outlive it. Create and destroy it on the thread that owns them, whether they run or not, and
// never on one of them. Its destruction rejects what is in flight.
class RedisVoteProducer {
 public:
  // The vote's version, from the reply; or why it has none. Called on the io threads, several at a time.
  using Interpretation = std::function<poll::VoteResult(const redis::Reply&)>;

  // `keepalive`: the commands that must succeed for a connection to be of use. `make_room`: those that delete
  // what is not needed, for a Redis that has no memory left; then a vote that it rejected is sent again.
  RedisVoteProducer(IoThreads& threads, const RedisQueueOptions& options,
                    const std::vector<redis::EncodedCommand>& keepalive, Interpretation interpretation,
                    std::vector<redis::EncodedCommand> make_room = {});
  ~RedisVoteProducer();
  RedisVoteProducer(const RedisVoteProducer&) = delete;
  RedisVoteProducer& operator=(const RedisVoteProducer&) = delete;

  // As VoteQueue::enqueue. The votes of one thread are sent in their order.
  void send(redis::EncodedCommand command, poll::VoteQueue::AckCallback done);

  // Success if all connections work, else why one does not. Any thread.
  Result<void> state() const;
  Result<void> keeps_votes_when_full() const;  // see redis::AsyncConnection; any thread
  std::uint64_t reconnects() const;            // any thread
  std::size_t connections() const { return connections_.size(); }
  std::size_t connected() const;  // how many of them; any thread
  const RedisQueueStatistics& statistics() const { return statistics_; }

 private:
  class Connection;

  std::atomic<std::uint64_t>& counter_of(const poll::VoteResult& outcome);
  void finish(const poll::VoteQueue::AckCallback& done, poll::VoteResult outcome);

  IoThreads& threads_;
  const Interpretation interpretation_;
  const std::vector<redis::EncodedCommand> make_room_;
  RedisQueueStatistics statistics_;
  std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace pollux::queue
