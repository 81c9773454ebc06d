// How long to wait before the next attempt: twice as long each time, with chance in it, so that many clients
// of a server that comes back do not all come at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace pollux {

// The n-th wait lies between half of and the whole of first * 2^n, or of `longest` where that is less.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest, std::uint32_t seed)
      : first_(first), longest_(std::max(first, longest)), next_(first), random_(seed) {}

  std::chrono::milliseconds next() {
    const auto whole = next_.count();
    next_ = std::min(next_ * 2, longest_);
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(whole - whole / 2, whole)(random_));
  }
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
  std::mt19937 random_;  // also its first number differs much from one seed to the next
};

}  // namespace pollux
