// Recorded votes that stay in their streams for a while, so that they can be recorded again in a database
// that has lost its newest commits. docs/adr/0059-what-accepted-means.md has the reasons.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "poll/vote.hpp"
#include "redis/protocol.hpp"
#include "redis/server_check.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// Counts the entries of a stream and deletes the recorded ones before `before`. Replies as parse_survey()
// reads it.
redis::Command survey_stream(const std::string& stream, poll::Version before);

struct RedisStreamSurvey {
  std::uint64_t undelivered = 0;        // if Redis does not know it: counted, up to 5000
  std::uint64_t pending = 0;            // those in newer formats, too
  std::uint64_t recorded = 0;           // entries that stay in the stream
  std::optional<poll::Version> oldest;  // of those that are not recorded
  poll::Version recorded_before;        // all entries before it are recorded
  bool knows_lag = true;                // false before Redis 7
};

// Nothing if the reply is an error.
std::optional<RedisStreamSurvey> parse_survey(const redis::Reply& reply);

// The recorded entries of one stream: which of them may go. Entries are recorded in another order than that
// of their ids and may have waited for hours before, so their ids do not say when they were recorded. Surveys
// do: what was before the first unrecorded entry then, has been recorded for that long.
class RedisRecordedEntries {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Bounds {
    std::chrono::milliseconds keep{0};    // 0: nothing is kept
    std::size_t max_entries = 2'000'000;  // in one stream; beyond it the older half goes, and so on
  };
  enum class Room { enough, little, none };  // in Redis's memory; little: the older half goes, none: all go

  void take(Time now, const RedisStreamSurvey& survey, const Bounds& bounds, Room room);

  // Entries before it may be deleted.
  poll::Version deletable_before() const { return deletable_before_; }

 private:
  struct Mark {
    Time at;
    poll::Version recorded_before;
  };

  void forget(std::size_t marks);

  std::deque<Mark> marks_;  // the oldest first
  poll::Version deletable_before_;
};

// Those of all streams. A fifth of `maxmemory` may be in use while entries are kept, for any purpose, so
// that they take nothing from votes that wait, and no alert says that Redis fills up. One thread.
class RedisRecordedVotes {
 public:
  using Bounds = RedisRecordedEntries::Bounds;
  using Time = RedisRecordedEntries::Time;

  explicit RedisRecordedVotes(Bounds bounds) : bounds_(bounds) {}

  bool enabled() const { return bounds_.keep.count() > 0; }

  // Whether entries stay when they are acknowledged. Else they are deleted in the same step.
  bool keeps() const { return enabled() && knows_lag_ && room_ != RedisRecordedEntries::Room::none; }

  redis::Command survey(const std::string& stream) const;
  void take(const std::string& stream, Time now, const RedisStreamSurvey& survey);
  void take(const redis::Memory& memory);

 private:
  const Bounds bounds_;
  std::map<std::string, RedisRecordedEntries> streams_;
  RedisRecordedEntries::Room room_ = RedisRecordedEntries::Room::enough;
  bool knows_lag_ = true;
};

}  // namespace pollux::queue
