// How long things took, in few bytes and without losing the rare slow ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pollux::seed {

// Counts in buckets that grow with what they hold, as HdrHistogram does (http://hdrhistogram.org): each power
// of two of microseconds is split into 128 equal parts, so that a percentile is at most 1/128 (0.8 %) above
// the truth, over the whole range from 1 µs to an hour; anything longer counts as an hour. About 25 kB. One
// thread.
class LatencyHistogram {
 public:
  LatencyHistogram();

  void record(std::chrono::nanoseconds latency);  // negative ones count as 0
  void add(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }

  // At least this share (0 to 1) of what was recorded took no longer; 0 where nothing was recorded. Never
  // above max().
  std::chrono::microseconds at(double share) const;
  std::chrono::microseconds max() const { return max_; }

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::chrono::microseconds max_{0};
};

}  // namespace pollux::seed
