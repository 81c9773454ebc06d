// The state of a consumer of Redis Streams, for readiness and metrics. Reads the sizes of the queue from
// Redis.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_recorded_votes.hpp"
#include "redis/client.hpp"
#include "redis/server_check.hpp"

namespace pollux::queue {

struct RedisStreamStatistics {
  // Of all streams together, as of the last refresh, about once a second while the consumer receives.
  std::uint64_t lag = 0;           // votes that no consumer was given yet
  std::uint64_t pending = 0;       // votes that were given to a consumer and not acknowledged yet
  std::uint64_t newer_format = 0;  // entries in a newer format, which wait for a newer worker
  std::uint64_t recorded = 0;      // recorded votes that stay in Redis for a while
  std::uint64_t dead_letters_kept = 0;
  // Of the oldest vote that is not recorded, delivered or not; 0 if there is none. By Redis's clock, which
  // also gives the entries their ids. Does not wait for the next refresh for votes that this consumer holds.
  std::chrono::milliseconds oldest_age{0};
  redis::Memory memory{};

  // Of this consumer, since it was made.
  std::uint64_t redelivered = 0;           // votes that were delivered again
  std::uint64_t reclaimed = 0;             // votes taken over from consumers that did not acknowledge them
  std::uint64_t dead_letters = 0;          // entries that became dead letters
  std::uint64_t dead_letters_dropped = 0;  // the oldest ones, beyond the bound
  std::uint64_t imported = 0;              // votes moved into a stream by RedisVoteImport
  std::uint64_t vanished = 0;              // entries that were deleted before they were delivered
  std::uint64_t error_replies = 0;         // commands other than reads that Redis rejected

  bool connected = false;
  // The latest error of a command other than a read, such as a dead letter for lack of memory; the command is
  // tried again. Empty if the last attempts succeeded.
  std::string problem;
};

// Something that an operator has to know or to solve.
struct RedisStreamWarning {
  std::string_view message;   // the same text for each event of a kind
  std::string reason;         // without numbers that change, so that equal warnings are recognized
  std::uint64_t entries = 0;  // how many entries of the streams it is about; 0: not about entries
};

// Used by the consumer's thread, except for the readers that say any thread.
class RedisStreamMonitor {
 public:
  using Warn = std::function<void(const RedisStreamWarning& warning)>;

  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  // `warn` may be empty.
  RedisStreamMonitor(redis::Url url, Warn warn, Now now);

  RedisStreamStatistics statistics() const;  // any thread
  Result<void> state() const;                // of the last round; any thread
  // Whether Redis keeps the votes when its memory is full, as of the last refresh; any thread.
  Result<void> keeps_votes_when_full() const;

  void set_state(bool connected, const std::optional<Error>& error);
  template <class Change>
  void change(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(statistics_);
  }

  // Of the votes that were delivered and neither acknowledged nor released, if there are any.
  void set_oldest_delivered(std::optional<poll::Version> version);

  // A warning, whose reason is shown until the second refresh after it. The message is a constant.
  void report_problem(std::string_view message, const std::string& reason);
  void report_rejection(const redis::Reply& reply);  // the same for an error reply, which is counted
  // So many of the entries became dead letters (the others were deleted meanwhile), and so many of the oldest
  // dead letters were dropped.
  void report_dead_letters(std::uint64_t count, std::uint64_t dropped,
                           std::span<const RejectedEntry> entries);

  // Adds commands to a round that read what is measured, and delete what `recorded` says. The pipeline's
  // handlers must not outlive this, nor `recorded`.
  void add_refresh(redis::Pipeline& pipeline, std::span<const std::string> streams,
                   RedisRecordedVotes& recorded);

 private:
  using Time = std::uint64_t;  // Unix milliseconds of Redis, as in the ids of entries

  struct Sample {
    std::uint64_t undelivered = 0;
    std::uint64_t pending = 0;
    std::uint64_t recorded = 0;
    std::uint64_t newer_format = 0;  // of those pending
    std::optional<Time> oldest;      // entry
  };
  struct TimeAt {
    Time time = 0;
    Clock::time_point at;
  };

  void add_sample(redis::Pipeline& pipeline, std::span<const std::string> streams,
                  RedisRecordedVotes& recorded);
  void add_survey(redis::Pipeline& pipeline, const std::string& stream, RedisRecordedVotes& recorded);
  void add_counts(redis::Pipeline& pipeline, const std::string& stream);
  void take_oldest(Time time);
  void take_time(const redis::Reply& time);
  void take_consumers(const redis::Reply& consumers);
  void finish_sample(std::uint64_t dead_letters);
  void warn(const RedisStreamWarning& warning) const;

  const redis::Url url_;
  const Warn warn_;
  const Now now_;
  std::string problem_;  // since the last refresh
  Sample sample_;

  mutable std::mutex mutex_;  // guards what follows
  RedisStreamStatistics statistics_;
  std::optional<Error> state_;
  std::optional<Error> may_evict_;
  std::optional<Time> oldest_delivered_;
  TimeAt redis_time_;  // of the last refresh
};

}  // namespace pollux::queue
