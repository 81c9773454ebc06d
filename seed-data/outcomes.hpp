// The outcomes of the votes and their latencies.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace pollux::seed {

// A histogram with logarithmic buckets, as HdrHistogram (http://hdrhistogram.org): each power of two of
// microseconds has 128 linear buckets, so a percentile is at most 1/128 (0.8 %) too high, from 1 µs to one
// hour; longer values count as an hour. About 25 kB. One thread.
class LatencyHistogram {
 public:
  LatencyHistogram();

  void record(std::chrono::nanoseconds latency);  // negative values count as 0
  void add(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }

  // The quantile (0 to 1); 0 if nothing was recorded. At most max().
  std::chrono::microseconds at(double share) const;
  std::chrono::microseconds max() const { return max_; }

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::chrono::microseconds max_{0};
};

// Each vote has one of the first four outcomes. One thread; added up at the end.
struct Outcomes {
  std::vector<std::uint64_t> accepted;         // by option, as the plan numbers them
  std::map<unsigned, std::uint64_t> rejected;  // by status of a final response
  std::uint64_t given_up = 0;                  // not accepted in time, so not counted
  std::uint64_t unknown = 0;                   // sent without a response: may or may not be counted

  std::uint64_t sent_again = 0;  // retries
  LatencyHistogram latencies;    // of accepted votes

  explicit Outcomes(std::size_t options) : accepted(options) {}

  void add(const Outcomes& other);
  std::uint64_t accepted_in_all() const;
  std::uint64_t rejected_in_all() const;
};

}  // namespace pollux::seed
