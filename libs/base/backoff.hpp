// Exponential backoff with jitter, so that the clients of a recovering server do not all reconnect at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace pollux {

// The n-th wait, counted from 0, is random between 50 % and 100 % of first * 2^n, or of `longest` if that is
// less. Clients need different seeds. One thread.
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
  void reset() { next_ = first_; }  // after a success

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
  std::mt19937 random_;  // its first number varies well with the seed
};

}  // namespace pollux
