// The consuming end of the votes' streams in Redis 6.2 or later:
// https://redis.io/docs/latest/develop/data-types/streams/
// docs/adr/0011-votes-on-redis-streams.md has the reasons for its design.
#pragma once

#include <atomic>
#include <future>
#include <memory>

#include "poll/ports.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/redis_stream_reader.hpp"
#include "redis/client.hpp"

namespace pollux::queue {

// One of any number of consumers that share the streams, in the consumer group `pollux`. Delivers the votes
// of each stream in their order. A vote is deleted from Redis after it was acknowledged. The votes of a
// consumer that ended without acknowledging them go to another one. An entry that is no vote becomes a dead
// letter.
//
// receive() also does the maintenance (finds streams, takes over votes, refreshes the statistics), so call it
// at least once a second. It takes up to `wait` and the limits of the connection. If Redis is down it fails
// as `unavailable`; the next call connects again.
//
// An acknowledgement is sent with the next receive(). If it gets lost, the votes are delivered again, and
// recording them again changes nothing.
class RedisStreamVoteConsumer : public poll::VoteConsumer {
 public:
  using Options = RedisStreamConsumerOptions;

  explicit RedisStreamVoteConsumer(Options options);
  // On this connection instead of one of its own, which would keep the `limits`.
  RedisStreamVoteConsumer(Options options, std::unique_ptr<redis::Client> client);
  // If Redis is connected: sends the acknowledgements, gives back what is not recorded, so that another
  // consumer takes it over at once, and leaves the group if nothing is pending.
  ~RedisStreamVoteConsumer() override;
  RedisStreamVoteConsumer(const RedisStreamVoteConsumer&) = delete;
  RedisStreamVoteConsumer& operator=(const RedisStreamVoteConsumer&) = delete;

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override;

  // The next receive() delivers the votes again, any number of times. Votes released as `invalid` are then
  // delivered one at a time, and a single one that is released as `invalid` becomes a dead letter: a bad vote
  // does not affect good ones.
  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override;

  // From now on receive() delivers what was already read, and then nothing; released votes go to the other
  // consumers at once. A receive() that waits ends after a second at most, when it refreshes the statistics.
  // Any thread; a second call does nothing.
  void close();

  RedisStreamStatistics statistics() const { return monitor_.statistics(); }  // any thread
  Result<void> state() const { return monitor_.state(); }  // whether Redis lets us read; any thread
  // Whether Redis keeps the votes when its memory is full, as of the last refresh; any thread.
  Result<void> keeps_votes_when_full() const { return monitor_.keeps_votes_when_full(); }

 private:
  void read_ahead(std::size_t max, std::size_t delivered);
  Result<void> collect_read_ahead();
  Result<void> wait_for_votes(std::size_t max, std::chrono::milliseconds wait);
  Result<std::vector<poll::QueuedVote>> receive_the_last(std::size_t max);
  std::vector<poll::QueuedVote> deliver(std::size_t max);

  const Options options_;
  RedisHeldVotes held_;
  RedisStreamMonitor monitor_;
  RedisStreamReader reader_;
  // A round on another thread, which uses `held_` and `reader_` until it ends.
  std::future<Result<void>> reading_ahead_;
  std::atomic<bool> closed_ = false;
};

}  // namespace pollux::queue
