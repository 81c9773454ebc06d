// The producing end of the original vote app's list, for an original worker.
#pragma once

#include <mutex>

#include "poll/vote_queue.hpp"
#include "queue/redis_vote_producer.hpp"
#include "queue/version_clock.hpp"

namespace pollux::queue {

// Accepts votes in the poll `default` when Redis has them in its list; any other is `invalid`. Their order is
// the list's; as it has no ids, versions are this process's own. See RedisVoteProducer for its life.
class RedisListVoteQueue : public poll::VoteQueue {
 public:
  using Options = RedisQueueOptions;

  RedisListVoteQueue(IoThreads& threads, Options options);

  void enqueue(poll::Vote vote, AckCallback done) override;

  const RedisVoteProducer& producer() const { return producer_; }  // its state and its figures

 private:
  Result<poll::Version> version_of(const redis::Reply& reply);

  std::mutex mutex_;  // guards the clock
  VersionClock clock_{{}};
  RedisVoteProducer producer_;
};

}  // namespace pollux::queue
