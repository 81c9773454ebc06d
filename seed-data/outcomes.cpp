#include "seed-data/outcomes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace pollux::seed {
namespace {

using std::chrono::microseconds;

constexpr unsigned bits_of_part = 7;
constexpr std::uint64_t parts = 1U << bits_of_part;
constexpr std::uint64_t max_microseconds = microseconds(std::chrono::hours(1)).count();

// Below `parts` a bucket is one microsecond; above, each power of two has `parts` buckets.
constexpr std::size_t bucket_of(std::uint64_t value) {
  if (value < parts) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - bits_of_part - 1;
  return (shift + 1) * parts + ((value >> shift) - parts);
}

// The largest value in the bucket.
constexpr std::uint64_t top_of(std::size_t bucket) {
  if (bucket < parts) return bucket;
  const auto shift = bucket / parts - 1;
  return ((parts + bucket % parts + 1) << shift) - 1;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_(bucket_of(max_microseconds) + 1) {}

void LatencyHistogram::record(std::chrono::nanoseconds latency) {
  // Rounded up.
  const auto value =
      std::clamp<std::int64_t>(std::chrono::ceil<microseconds>(latency).count(), 0, max_microseconds);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, microseconds(value));
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  std::ranges::transform(buckets_, other.buckets_, buckets_.begin(), std::plus());
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

microseconds LatencyHistogram::at(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= wanted) return std::min(microseconds(top_of(bucket)), max_);
  }
  return max_;
}

void Outcomes::add(const Outcomes& other) {
  std::ranges::transform(accepted, other.accepted, accepted.begin(), std::plus());
  for (const auto& [status, count] : other.rejected) rejected[status] += count;
  given_up += other.given_up;
  unknown += other.unknown;
  sent_again += other.sent_again;
  latencies.add(other.latencies);
}

std::uint64_t Outcomes::accepted_in_all() const {
  return std::accumulate(accepted.begin(), accepted.end(), std::uint64_t{0});
}

std::uint64_t Outcomes::rejected_in_all() const {
  std::uint64_t all = 0;
  for (const auto& [status, count] : rejected) all += count;
  return all;
}

}  // namespace pollux::seed
