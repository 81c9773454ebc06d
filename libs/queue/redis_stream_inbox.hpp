// What a consumer reads from Redis: entries that are pending with it already, entries that other consumers
// have held for too long, and new ones. Votes go into RedisHeldVotes, all other entries to the outbox.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_groups.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/redis_stream_outbox.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// One thread. All references must outlive it, and it must outlive the replies of the rounds that it is in.
class RedisStreamInbox {
 public:
  using Clock = std::chrono::steady_clock;

  RedisStreamInbox(const RedisStreamConsumerOptions& options, RedisStreamGroups& groups, RedisHeldVotes& held,
                   RedisStreamOutbox& outbox, RedisStreamMonitor& monitor, RedisRoundErrors errors);

  // Adds commands to a round that take over entries of other consumers: from time to time, and while there
  // may be more.
  void add_claims(redis::Pipeline& pipeline, std::size_t max);
  Clock::time_point next_claims() const { return next_claims_; }

  // Adds a read of up to `max` entries of each stream, less if there are many. It waits in Redis for new
  // entries, for `wait` at most, unless entries are still pending with us. False if no stream can be read.
  bool add_read(redis::Pipeline& pipeline, std::size_t max, std::chrono::milliseconds wait);

  // Redis may have lost groups: all are joined again, and what is pending with us is read again.
  void reset_groups();

 private:
  bool add_pending_read(redis::Pipeline& pipeline, std::size_t count);
  redis::Command read_command(std::size_t count) const;
  void take_claimed(std::size_t stream, const redis::Reply& reply);
  void take_streams(const redis::Reply& streams, bool pending);
  std::vector<RedisStreamEntry> take_entries(std::size_t stream, const redis::Reply& entries,
                                             std::vector<RedisHeldVotes::Ready>& votes);

  const RedisStreamConsumerOptions& options_;
  RedisStreamGroups& groups_;
  RedisHeldVotes& held_;
  RedisStreamOutbox& outbox_;
  RedisStreamMonitor& monitor_;
  const RedisRoundErrors errors_;
  Clock::time_point next_claims_;
};

}  // namespace pollux::queue
