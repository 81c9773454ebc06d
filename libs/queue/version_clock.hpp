// Gives votes their versions where no server does: Unix milliseconds and a number within the millisecond, as
// in a Redis Stream. Each version is larger than the one before, also where the system's clock is set back.
#pragma once

#include <chrono>

#include "poll/vote.hpp"

namespace pollux::queue {

// One thread at a time.
class VersionClock {
 public:
  // The first version comes after `last`, the largest one that was given before this clock.
  explicit VersionClock(poll::Version last) : last_(last) {}

  poll::Version next(std::chrono::system_clock::time_point now);

 private:
  poll::Version last_;
};

}  // namespace pollux::queue
