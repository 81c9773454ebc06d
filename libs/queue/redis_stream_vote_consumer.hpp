// The end of the queue where votes wait in Redis Streams:
// https://redis.io/docs/latest/develop/data-types/streams/ docs/adr/0011-votes-on-redis-streams.md says why
// it is as it is. Redis 6.2 or later.
#pragma once

#include <atomic>
#include <memory>

#include "poll/vote_queue.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_reader.hpp"
#include "queue/redis_stream_statistics.hpp"

namespace pollux::queue {

// One of any number of consumers that share the streams in the consumer group `pollux`; each stream's votes
// come in its order. A vote leaves Redis once it is acknowledged; the votes of a consumer that ended without
// that are taken over by the others. What is no vote becomes a dead letter.
//
// receive() also does the upkeep: it has to be called again and again, a second apart at most. It takes at
// most `wait` and the limits of the connection, and is `unavailable` if Redis is down; the next call
// connects again. An acknowledgement is sent with the next receive(). Where it gets lost, the votes are
// delivered once more, and recording them again changes nothing.
class RedisStreamVoteConsumer : public poll::VoteConsumer {
 public:
  using Options = RedisStreamConsumerOptions;

  explicit RedisStreamVoteConsumer(Options options);
  // Where Redis is there: sends the acknowledgements, gives back what is not recorded, so that another
  // consumer takes it over at once, and leaves the group if nothing is pending.
  ~RedisStreamVoteConsumer() override;
  RedisStreamVoteConsumer(const RedisStreamVoteConsumer&) = delete;
  RedisStreamVoteConsumer& operator=(const RedisStreamVoteConsumer&) = delete;

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override;

  // The votes are delivered again by the next receive(), however often that happens. Those that are `invalid`
  // are delivered one at a time, and one that comes back so becomes a dead letter: a bad vote takes no good
  // ones with it.
  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override;

  // From now on receive() delivers what was read already, and then nothing more; released votes go to the
  // other consumers at once. A receive() that waits ends within 200 ms. Any thread, also twice.
  void close();

  RedisStreamStatistics statistics() const { return reader_.statistics(); }  // any thread
  Result<void> state() const { return reader_.state(); }  // whether Redis lets us read; any thread
  // Whether Redis would keep the votes when its memory is full, as of the last second; any thread.
  Result<void> eviction() const { return reader_.eviction(); }

 private:
  Result<void> wait_for_votes(std::size_t max, std::chrono::milliseconds wait);
  Result<std::vector<poll::QueuedVote>> receive_the_last(std::size_t max);

  const Options options_;
  RedisHeldVotes held_;
  RedisStreamReader reader_;
  std::atomic<bool> closed_ = false;
};

}  // namespace pollux::queue
