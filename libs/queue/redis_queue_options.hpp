// How the producing end of a queue of votes in Redis is set up: RedisStreamVoteQueue, compat::RedisList. The
// consuming end: redis_stream_consumer_options.hpp.
#pragma once

#include <chrono>
#include <cstddef>

#include "queue/redis_confirmations.hpp"
#include "redis/url.hpp"
#include "tracing/tracer.hpp"

namespace pollux::queue {

inline constexpr std::size_t max_stream_shards = 256;

inline constexpr std::chrono::milliseconds fsync_limit{2000};

struct RedisQueueOptions {
  redis::Url url;
  // Streams that the votes are spread over, 1 to max_stream_shards.
  std::size_t stream_shards = 1;
  // Votes without a reply, per io thread. Beyond it a vote is rejected as `full`.
  std::size_t max_in_flight = 10'000;
  // How long a vote waits for Redis until it is rejected as `unavailable`; checked every tenth of a second.
  // Also the limit for connecting.
  std::chrono::milliseconds deadline{800};
  // What a vote waits for once it was appended: for half of the deadline with `replica`; with `fsync` for
  // fsync_limit, which is added to the deadline, because Redis may write to the disk once a second.
  RedisAck ack = RedisAck::memory;
  tracing::Tracer tracer{};
  // Whether to take votes for polls that have a gate (poll/vote_gate.hpp). The user in Redis needs the rights
  // to run SCRIPT LOAD and EVALSHA then, and within scripts HGET, HSET and EXPIRE.
  bool gates = false;
};

}  // namespace pollux::queue
