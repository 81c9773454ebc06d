// The consuming end of the votes' streams in Redis 6.2 or later:
// https://redis.io/docs/latest/develop/data-types/streams/
// docs/adr/0011-votes-on-redis-streams.md has the reasons for its design.
#pragma once

#include <atomic>

#include "poll/ports.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/redis_stream_reader.hpp"

namespace pollux::queue {

// One of any number of consumers that share the streams in the consumer group `pollux`; the votes of each
// stream come in its order. A vote leaves Redis once it is acknowledged; the other consumers take over the
// votes of one that ended without doing so. An entry that is no vote becomes a dead letter.
//
// receive() also does the maintenance, so it must be called at least every second. It takes at most `wait`
// and the limits of the connection, and is `unavailable` if Redis is down; the next call connects again. An
// acknowledgement is sent with the next receive(). If it gets lost, the votes are delivered again, and
// recording them again changes nothing.
class RedisStreamVoteConsumer : public poll::VoteConsumer {
 public:
  using Options = RedisStreamConsumerOptions;

  explicit RedisStreamVoteConsumer(Options options);
  // If Redis is connected: sends the acknowledgements, gives back what is not recorded, so that another
  // consumer takes it over at once, and leaves the group if nothing is pending.
  ~RedisStreamVoteConsumer() override;
  RedisStreamVoteConsumer(const RedisStreamVoteConsumer&) = delete;
  RedisStreamVoteConsumer& operator=(const RedisStreamVoteConsumer&) = delete;

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override;

  // The next receive() delivers the votes again, any number of times. `invalid` ones are delivered one at a
  // time, and one that is released so becomes a dead letter: a bad vote does not affect good ones.
  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override;

  // From now on receive() delivers what was already read, and then nothing; released votes go to the other
  // consumers at once. A receive() that waits ends within 200 ms. Any thread; a second call does nothing.
  void close();

  RedisStreamStatistics statistics() const { return monitor_.statistics(); }  // any thread
  Result<void> state() const { return monitor_.state(); }  // whether Redis lets us read; any thread
  // Whether Redis keeps the votes when its memory is full, as of the last second; any thread.
  Result<void> eviction() const { return monitor_.eviction(); }

 private:
  Result<void> wait_for_votes(std::size_t max, std::chrono::milliseconds wait);
  Result<std::vector<poll::QueuedVote>> receive_the_last(std::size_t max);

  const Options options_;
  RedisHeldVotes held_;
  RedisStreamMonitor monitor_;
  RedisStreamReader reader_;
  std::atomic<bool> closed_ = false;
};

}  // namespace pollux::queue
