// One consumer's conversation with Redis: rounds of commands, each of which acknowledges what is settled,
// does the maintenance that is due and reads. What it reads goes into RedisHeldVotes.
//
// Commands: https://redis.io/docs/latest/commands/?group=stream
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/redis_stream_outbox.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// One thread. The options, `held` and `monitor` must outlive it. After an error the next round connects
// again, reads again what Redis counts as pending with this consumer, and repeats what was not answered:
// acknowledging twice changes nothing, and what is held is not taken in again.
class RedisStreamReader {
 public:
  RedisStreamReader(const RedisStreamConsumerOptions& options, RedisHeldVotes& held,
                    RedisStreamMonitor& monitor);

  // Sends a round that does not wait for votes; collect() takes its replies.
  Result<void> send_round(std::size_t max);
  bool outstanding() const { return pipeline_.outstanding(); }
  Result<void> collect(std::chrono::milliseconds longer = {});

  // A whole round, which waits up to `block` for votes. Reads up to `max` of each stream, less if there are
  // many, and nothing if that many are ready.
  Result<void> round(std::size_t max, std::chrono::milliseconds block);

  // True while a further round may find votes that were there before the last one.
  bool unsettled() const;

  // What can't be recorded becomes a dead letter, with the next round.
  void dead_letter(const RedisEntryPlace& place, std::string reason) {
    outbox_.dead_letter(place, std::move(reason));
  }
  // With the next flush().
  void give_back(std::span<const RedisEntryPlace> places) { outbox_.give_back(places); }

  Result<void> flush();  // acknowledges, writes dead letters and gives back; the rest stays pending
  Result<void> leave();  // removes the consumer from the groups in which it has nothing pending

  bool connected() const { return client_.connected(); }

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    std::string name;
    bool has_group = false;                  // before we tried to create it
    bool joined = false;                     // the consumer group exists
    bool failed = false;                     // it can't be created; tried again after the next poll
    std::optional<poll::Version> own_after;  // entries pending with us after this one are still to be read
    bool claiming = false;                   // there may be more to take over
  };

  void add_round(std::size_t max, std::chrono::milliseconds block);
  void add_maintenance(std::size_t max);
  void add_import();
  void add_poll();
  void learn_streams(const redis::Reply& names);
  void add_claims(std::size_t max);
  void take_claimed(std::size_t stream, const redis::Reply& reply);
  void add_removals(const std::string& own);

  void add_joins();
  void take_join(std::size_t stream, const redis::Reply& reply);
  void add_read(std::size_t max, std::chrono::milliseconds block);
  bool add_own_read(std::size_t count);
  redis::Command read_command(std::size_t count) const;
  void take_streams(const redis::Reply& streams, bool own);
  std::vector<RedisStreamEntry> take_entries(std::size_t stream, const redis::Reply& entries,
                                             std::vector<RedisHeldVotes::Ready>& votes);
  std::size_t find_stream(std::string_view name) const;

  Result<void> send();
  Result<void> outcome();
  void reset_connection();
  void reset_groups() {
    outbox_.reset_groups();
    for (Stream& stream : streams_) stream = {.name = std::move(stream.name)};
  }
  void fail(const redis::Reply& reply);
  void report(const redis::Reply& reply);
  redis::Pipeline::Handler report_rejection();

  const RedisStreamConsumerOptions& options_;
  RedisHeldVotes& held_;
  RedisStreamMonitor& monitor_;
  redis::SyncClient client_;
  redis::Pipeline pipeline_;

  std::vector<Stream> streams_;
  RedisStreamOutbox outbox_;
  bool polled_ = false;  // for streams, since the connection was made
  bool hang_up_ = false;
  std::optional<Error> error_;       // of the round
  std::optional<Error> join_error_;  // why a stream could not be joined

  Clock::time_point next_import_;
  Clock::time_point next_poll_;
  Clock::time_point next_claims_;
  Clock::time_point next_removals_;
};

}  // namespace pollux::queue
