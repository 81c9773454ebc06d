// One consumer's conversation with Redis: rounds of commands, each of which acknowledges what is settled,
// does the maintenance that is due and reads. What it reads goes into RedisHeldVotes.
//
// Commands: https://redis.io/docs/latest/commands/?group=stream
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// Moves votes from elsewhere in Redis into the stream stream_key(0), as entries with the field `original`.
struct RedisVoteImport {
  redis::Command command;                // replies with the number of votes that it moved
  std::size_t batch = 1000;              // how many it moves at most; after as many it is sent again at once
  std::chrono::milliseconds period{50};  // else
};

struct RedisStreamConsumerOptions {
  redis::Url url;
  std::string consumer_name;  // unique among all processes and starts

  // Entries that another consumer was given this long ago and has not acknowledged are taken over. Must be
  // longer than it takes to record a batch: entries that are taken over too early are recorded twice, which
  // costs time and changes nothing.
  std::chrono::milliseconds reclaim_after{30'000};
  bool read_ahead = true;  // read the next batch while the previous one is recorded
  std::size_t max_streams = 256;
  std::size_t max_dead_letters = 1'000'000;                    // beyond it the oldest are dropped
  std::chrono::milliseconds forget_consumers_after{3600'000};  // idle ones that have nothing pending
  std::uint32_t newest_format = vote_entry_format;  // entries of newer ones wait for another worker
  ImportedVoteDecoder decode_imported{};            // empty: imported votes become dead letters
  std::optional<RedisVoteImport> import{};
  redis::SyncClient::Options limits{};
  // Called with problems that need a person and do not stop the reading, each time one is seen (up to every
  // second). On the thread that receives; must not block. May be empty.
  RedisStreamMonitor::Warn warn{};
};

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
  void dead_letter(const RedisEntryPlace& place, std::string reason);

  // Others may take the entries over at once instead of after their `reclaim_after`; with the next flush().
  void give_back(std::span<const RedisEntryPlace> places) {
    returned_.insert(returned_.end(), places.begin(), places.end());
  }

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
    std::map<std::uint32_t, std::vector<poll::Version>> newer;  // entries of newer formats, for others
  };

  void add_round(std::size_t max, std::chrono::milliseconds block);
  void add_settled();
  void add_acknowledgements();
  void add_newer();
  void add_dead_letters();
  void add_returns();

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
    for (Stream& stream : streams_) stream = {.name = std::move(stream.name)};
  }
  void reset_stream(std::size_t stream);
  void fail(const redis::Reply& reply);
  void report(const redis::Reply& reply);
  redis::Pipeline::Handler report_rejection();

  const RedisStreamConsumerOptions& options_;
  RedisHeldVotes& held_;
  RedisStreamMonitor& monitor_;
  redis::SyncClient client_;
  redis::Pipeline pipeline_;

  std::vector<Stream> streams_;
  RedisDeadLetterQueue dead_letters_;
  std::vector<RedisEntryPlace> returned_;
  bool polled_ = false;  // for streams, since the connection was made
  bool acknowledgement_failed_ = false;
  bool hang_up_ = false;
  std::optional<Error> error_;       // of the round
  std::optional<Error> join_error_;  // why a stream could not be joined

  Clock::time_point next_import_;
  Clock::time_point next_poll_;
  Clock::time_point next_claims_;
  Clock::time_point next_removals_;
};

}  // namespace pollux::queue
