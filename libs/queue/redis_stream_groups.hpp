// The streams of votes that a consumer knows, and its membership in the consumer group of each.
//
// https://redis.io/docs/latest/commands/xgroup-create/
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// What happens to the error replies of a round.
struct RedisRoundErrors {
  redis::Pipeline::Handler fail;    // the round fails
  redis::Pipeline::Handler report;  // the round goes on; the command is tried again later
};

// Streams are numbered from 0 in the order in which they became known; the first one is known from the start,
// and none is removed. One thread. `options` and `monitor` must outlive it, and it must outlive the replies
// of the rounds that it is in.
class RedisStreamGroups {
 public:
  struct Stream {
    std::string name;
    bool joined = false;  // the group exists: the stream can be read and acknowledged
    bool failed = false;  // the group could not be created; retry_failed() allows another attempt
    // Entries that are pending with us and come after this one are still to be read; none: all are read.
    std::optional<poll::Version> pending_after;
    bool claiming = false;   // other consumers may have entries to take over
    bool had_group = false;  // before we tried to create it
  };

  // Called with the number of a stream whose group is new: nothing is pending with us any more.
  using GroupIsNew = std::function<void(std::size_t stream)>;

  RedisStreamGroups(const RedisStreamConsumerOptions& options, RedisStreamMonitor& monitor,
                    redis::Pipeline::Handler report, GroupIsNew group_is_new);

  const std::vector<Stream>& all() const { return streams_; }
  Stream& at(std::size_t stream) { return streams_[stream]; }
  std::optional<std::size_t> find(std::string_view name) const;  // its number

  // The name of a stream if its group is joined, else null. Valid until learn().
  const std::string* joined_name(std::size_t stream) const;

  // Adds the streams of a reply with the members of the set streams_key. Reports names that are no stream of
  // votes and streams beyond the maximum, and does not read them.
  void learn(const redis::Reply& names);

  // Adds commands to a round that join the groups, and create those that are missing.
  void add_joins(redis::Pipeline& pipeline);
  const std::optional<Error>& join_error() const { return join_error_; }  // of the last failed attempt
  void retry_failed();

  // After reset() all groups are joined again, and what is pending with us is read again.
  void reset();

  // True while a stream is still to be joined, or pending entries are to be read or taken over.
  bool is_catching_up() const;
  void begin_claiming();  // from all streams

 private:
  void take_join(std::size_t stream, const redis::Reply& reply);

  const RedisStreamConsumerOptions& options_;
  RedisStreamMonitor& monitor_;
  const redis::Pipeline::Handler report_;
  const GroupIsNew group_is_new_;
  std::vector<Stream> streams_;
  std::optional<Error> join_error_;
};

}  // namespace pollux::queue
