// One consumer's conversation with Redis: rounds of commands, each of which acknowledges what is settled,
// sees to the upkeep that is due and reads. What it reads goes into RedisHeldVotes.
//
// Commands: https://redis.io/docs/latest/commands/?group=stream
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_queue_scripts.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_entry.hpp"
#include "queue/redis_stream_statistics.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// One thread, except where it says otherwise. `held` must outlive it. After an error the next round connects
// anew, reads once more what Redis counts as pending with this consumer, and repeats what was not answered:
// acknowledging twice changes nothing, and what is held is not taken in again.
class RedisStreamReader {
 public:
  RedisStreamReader(const RedisStreamConsumerOptions& options, RedisHeldVotes& held);

  // Sends a round that doesn't wait for votes; collect() takes what comes of it.
  Result<void> send_round(std::size_t max);
  bool outstanding() const { return pipeline_.outstanding(); }
  Result<void> collect();

  // A whole round, which waits up to `block` for votes. Reads up to `max` of each stream, less of many, and
  // nothing where that many are ready.
  Result<void> round(std::size_t max, std::chrono::milliseconds block);

  // True while a further round may find votes that were there before the last one.
  bool unsettled() const;

  // What can't be recorded becomes a dead letter, with the next round.
  void bury(const RedisEntryPlace& place, std::string reason);

  // Others may take the entries over at once, instead of after their `reclaim_after`; with the next flush().
  void give_back(std::span<const RedisEntryPlace> places);

  Result<void> flush();  // acknowledges, buries and gives back, without reading; what it can't stays pending
  Result<void> leave();  // takes the consumer from the groups in which it has nothing pending

  bool connected() const { return client_.connected(); }
  void count_redelivered(std::size_t votes);

  RedisStreamStatistics statistics() const;  // any thread
  Result<void> state() const;                // of the last round; any thread
  Result<void> eviction() const;  // as of the last poll of INFO, see redis::check_eviction(); any thread

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    std::string name;
    bool has_group = false;                  // so it was when we were about to make it
    bool joined = false;                     // the consumer group is there
    bool refused = false;                    // it can't be made; tried again at the next look
    std::optional<poll::Version> own_after;  // entries pending with us after this one are still to be read
    bool claiming = false;                   // there may be more to take over
    std::map<std::uint32_t, std::vector<poll::Version>>
        newer;  // entries of newer formats, to be left to others
  };
  struct Dead {
    std::size_t stream = 0;
    DeadEntry entry;
  };

  void add_settled();
  void add_acknowledgements();
  void add_newer();
  void add_burials();
  void add_returns();
  void add_burial(std::size_t stream, std::vector<DeadEntry> entries);
  void add_round(std::size_t max, std::chrono::milliseconds block);
  void add_joins();
  void add_read(std::size_t max, std::chrono::milliseconds block);
  bool add_own_read(std::size_t count);
  void take_streams(const redis::Reply& streams, bool own);
  std::vector<RedisStreamEntry> take_entries(std::size_t stream, const redis::Reply& entries,
                                             std::vector<RedisHeldVotes::Ready>& votes);
  Result<void> send();
  Result<void> collect(std::chrono::milliseconds longer);
  Result<void> outcome();
  void lose_connection();
  void rejoin();
  void take_join(std::size_t stream, const redis::Reply& reply);
  void lose(std::size_t stream);
  void fail(const redis::Reply& reply);
  void complain(const redis::Reply& reply);
  void warn(const std::string& message);

  // Upkeep.
  void add_upkeep(std::size_t max);
  void add_drain();
  void add_look();
  void add_sample();
  void add_claims(std::size_t max);
  void add_claim(std::size_t stream, std::size_t count);
  void add_removals();
  void take_consumers(const redis::Reply& consumers);
  void take_sample(std::uint64_t dead_letters);
  void take_claimed(std::size_t stream, const redis::Reply& reply);
  void learn_streams(const redis::Reply& names);
  std::size_t find_stream(std::string_view name) const;

  template <class Change>
  void change_statistics(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(statistics_);
  }

  const RedisStreamConsumerOptions& options_;
  RedisHeldVotes& held_;
  redis::SyncClient client_;
  redis::Pipeline pipeline_;

  std::vector<Stream> streams_;
  std::deque<Dead> dead_;
  std::vector<RedisEntryPlace> returned_;
  bool looked_ = false;  // for streams, since the connection was made
  bool acknowledgement_refused_ = false;
  bool hang_up_ = false;
  std::optional<Error> error_;       // of the round
  std::optional<Error> join_error_;  // why a stream could not be joined
  std::string problem_;              // since the last look

  Clock::time_point next_drain_;
  Clock::time_point next_look_;
  Clock::time_point next_claims_;
  Clock::time_point next_removals_;
  Clock::time_point next_burials_;

  struct Sample {
    std::uint64_t length = 0;
    std::uint64_t pending = 0;
    std::uint64_t newer_format = 0;  // of those
  };
  Sample sample_;

  mutable std::mutex mutex_;  // guards what follows
  RedisStreamStatistics statistics_;
  std::optional<Error> state_;
  std::optional<Error> eviction_;
};

}  // namespace pollux::queue
