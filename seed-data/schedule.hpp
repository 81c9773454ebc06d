// Whose turn it is: the number of the next vote, and when it is due.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace pollux::seed {

using Clock = std::chrono::steady_clock;

struct Pace {
  std::optional<std::uint64_t> votes;            // so many in all
  std::uint32_t rate = 0;                        // votes a second; 0: as quickly as the answers come
  std::optional<std::chrono::nanoseconds> time;  // no vote starts later than so long after the first
};

// Hands out numbers from 0, each once. With a rate it is an open loop: vote n is due n / rate seconds after
// the start, whether or not those before it have been answered. Any thread, after begin().
class Schedule {
 public:
  struct Turn {
    std::uint64_t vote = 0;
    std::optional<Clock::time_point> due;  // with a rate
  };

  explicit Schedule(const Pace& pace) : pace_(pace) {}

  void begin(Clock::time_point start) { start_ = start; }
  Clock::time_point start() const { return start_; }

  // Nothing where no votes or no time are left.
  std::optional<Turn> next(Clock::time_point now);

 private:
  const Pace pace_;
  Clock::time_point start_;
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace pollux::seed
