// Limits the rate of requests per network: each has a bucket of tokens, which fills again with time, and each
// request takes one.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace pollux::admin {

// Any thread.
class RequestLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // About 100 bytes each. Networks beyond them share one bucket.
  static constexpr std::size_t max_networks = 10'000;
  // So many requests may come at once, in multiples of the rate of a second.
  static constexpr double burst_seconds = 5;

  // `per_second`: at least 1.
  explicit RequestLimit(double per_second) : per_second_(per_second) {}

  // Zero if the request may be answered, or else how long to wait.
  std::chrono::seconds admit(const std::string& network, Clock::time_point now);

 private:
  struct Bucket {
    double tokens = 0;
    Clock::time_point at;  // when it had them
  };

  double tokens(const Bucket& bucket, Clock::time_point now) const;
  Bucket& bucket_of(const std::string& network, Clock::time_point now);

  const double per_second_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace pollux::admin
