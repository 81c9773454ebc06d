// What the producing ends of the queues in Redis have in common: their settings and their figures.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "redis/url.hpp"

namespace pollux::queue {

inline constexpr std::size_t max_stream_shards = 256;

struct RedisQueueOptions {
  redis::Url url;
  std::size_t stream_shards = 1;       // streams that the votes are spread over, 1 to 256; a list has none
  std::size_t max_in_flight = 10'000;  // votes without a reply, for each io thread
  std::chrono::milliseconds deadline{800};  // until a vote is refused; kept to a tenth of a second
};

// Any thread may read.
struct RedisQueueStatistics {
  std::atomic<std::uint64_t> in_flight = 0;  // votes whose outcome is open
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> refused_full = 0;
  std::atomic<std::uint64_t> refused_unavailable = 0;
};

}  // namespace pollux::queue
