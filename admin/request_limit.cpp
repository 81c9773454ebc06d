#include "admin/request_limit.hpp"

#include <algorithm>
#include <cmath>

namespace pollux::admin {

std::chrono::seconds RequestLimit::admit(const std::string& network, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(network, now);
  bucket = {.tokens = tokens(bucket, now), .at = now};
  if (bucket.tokens < 1) {
    return std::chrono::seconds(static_cast<int>(std::ceil((1 - bucket.tokens) / per_second_)));
  }
  bucket.tokens -= 1;
  return std::chrono::seconds(0);
}

double RequestLimit::tokens(const Bucket& bucket, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(bucket.tokens + seconds * per_second_, per_second_ * burst_seconds);
}

RequestLimit::Bucket& RequestLimit::bucket_of(const std::string& network, Clock::time_point now) {
  const Bucket full{.tokens = per_second_ * burst_seconds, .at = now};
  if (const auto found = buckets_.find(network); found != buckets_.end()) return found->second;
  if (buckets_.size() >= max_networks) {
    // A full bucket is as good as none.
    std::erase_if(buckets_, [&](const auto& each) { return tokens(each.second, now) >= full.tokens; });
  }
  const std::string shared;
  const bool has_place = buckets_.size() < max_networks;
  return buckets_.try_emplace(has_place ? network : shared, full).first->second;
}

}  // namespace pollux::admin
