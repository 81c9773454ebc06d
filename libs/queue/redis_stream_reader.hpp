// One consumer's conversation with Redis, in rounds. A round is a pipeline of commands: it writes what the
// outbox holds, does the maintenance that is due, and reads into the inbox.
//
// Commands: https://redis.io/docs/latest/commands/?group=stream
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_recorded_votes.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_groups.hpp"
#include "queue/redis_stream_inbox.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/redis_stream_outbox.hpp"
#include "redis/client.hpp"

namespace pollux::queue {

// One thread. The options, `held` and `monitor` must outlive it. After an error the next round connects
// again, reads again what Redis counts as pending with this consumer, and repeats what was not answered:
// acknowledging twice changes nothing, and what is held is not taken in again.
class RedisStreamReader {
 public:
  RedisStreamReader(const RedisStreamConsumerOptions& options, std::unique_ptr<redis::Client> client,
                    RedisHeldVotes& held, RedisStreamMonitor& monitor);

  // Sends a round that does not wait for votes; collect() takes its replies.
  Result<void> send_round(std::size_t max);
  bool outstanding() const { return pipeline_.outstanding(); }
  Result<void> collect(std::chrono::milliseconds extra_wait = {});

  // A whole round. Waits for votes, for `wait` at most and not longer than until maintenance is due. Reads
  // up to `max` votes of each stream, less if there are many streams, and none if that many are ready.
  Result<void> round(std::size_t max, std::chrono::milliseconds wait);

  // True while a further round may find votes that were in Redis before the last one: streams are still to be
  // found or joined, or pending entries to be read or taken over.
  bool is_catching_up() const;

  // What can't be recorded becomes a dead letter, with the next round.
  void dead_letter(const RedisEntryPlace& place, std::string reason) {
    outbox_.dead_letter(place, std::move(reason));
  }
  // With the next flush().
  void give_back(std::span<const RedisEntryPlace> places) { outbox_.give_back(places); }

  Result<void> flush();  // acknowledges, writes dead letters and gives back; the rest stays pending
  Result<void> leave();  // removes the consumer from the groups in which it has nothing pending

  bool connected() const { return client_->connected(); }

 private:
  using Clock = std::chrono::steady_clock;

  void add_round(std::size_t max, std::chrono::milliseconds wait);
  void add_maintenance();
  void add_import();
  void add_refresh();
  void add_removals(const std::string& own);
  std::chrono::milliseconds until_maintenance() const;

  Result<void> send();
  Result<void> outcome();
  void reset_connection();
  RedisRoundErrors errors();
  void fail(const redis::Reply& reply);
  void report(const redis::Reply& reply);

  const RedisStreamConsumerOptions& options_;
  RedisHeldVotes& held_;
  RedisStreamMonitor& monitor_;
  const std::unique_ptr<redis::Client> client_;
  redis::Pipeline pipeline_;

  RedisRecordedVotes recorded_;
  RedisStreamGroups groups_;
  RedisStreamOutbox outbox_;
  RedisStreamInbox inbox_;
  bool refreshed_ = false;  // since the connection was made
  bool hang_up_ = false;
  std::optional<Error> error_;  // of the round

  Clock::time_point next_import_;
  Clock::time_point next_refresh_;
  Clock::time_point next_removals_;
};

}  // namespace pollux::queue
