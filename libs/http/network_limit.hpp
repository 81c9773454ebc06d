// Limits the rate of something per network: each has a bucket of tokens, which fills again with time, and
// each event takes one.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "http/client_address.hpp"

namespace pollux::http {

// Any thread. The memory is allocated once: 24 bytes for each network.
//
// A network is forgotten only when its bucket is full again, which makes no difference, so no client can free
// itself by making others come: networks for which there is no place share one bucket. To hold places, a
// client has to keep as many buckets from filling.
class NetworkLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t max_networks = 16'384;

  struct Options {
    double per_second = 0;  // 0: no limit
    double at_once = 1;     // the size of a bucket, at least 1
  };

  explicit NetworkLimit(const Options& options);

  // Zero if the event is within the limit of the client's network (network_bytes_of()), or else how long to
  // wait, in full seconds. What is rejected takes no token.
  std::chrono::seconds admit(std::string_view address, Clock::time_point now);

 private:
  static constexpr std::size_t slots_per_set = 8;
  static constexpr std::size_t sets = max_networks / slots_per_set;

  struct Slot {
    IpAddress network{};
    std::int64_t full_at = 0;  // nanoseconds of the clock; the bucket is full from then on
  };

  Slot& slot_of(const IpAddress& network, std::int64_t now);

  const std::int64_t token_time_;   // in which one token comes; nanoseconds; 0: no limit
  const std::int64_t bucket_time_;  // in which an empty bucket fills
  const std::array<std::uint64_t, 2> hash_key_;
  std::mutex mutex_;  // guards what follows
  std::vector<Slot> slots_;
  Slot shared_;
};

}  // namespace pollux::http
