// How a poll's counts have changed lately, for a page that opens and wants to show more than the present.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "poll/results.hpp"

namespace pollux::result {

// A bounded memory of one poll: at most `points` points, at least `step` apart; what changes faster is one
// point, with the newest counts. Lost with the process. Any thread.
class TallyHistory {
 public:
  using Time = std::chrono::system_clock::time_point;

  struct Options {
    std::size_t points = 300;
    std::chrono::milliseconds step{2000};
  };

  explicit TallyHistory(Options options) : options_(options) {}

  // The poll's results as of `at`. Results with other options than those before begin a new history.
  void record(const poll::Results& results, Time at);

  // {"poll":"default","now":1700000000000,"options":["a","b"],"points":[{"at":1699999990000,"counts":[2,1]},…]},
  // the oldest first, times in milliseconds since 1970. `latest` names the poll and its options.
  std::string json(const poll::Results& latest, Time now) const;

 private:
  struct Point {
    Time at;
    std::vector<std::uint64_t> counts;
  };

  const Options options_;
  mutable std::mutex mutex_;
  std::deque<Point> points_;
};

}  // namespace pollux::result
