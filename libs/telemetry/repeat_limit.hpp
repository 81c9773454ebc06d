// A bound on how often the same thing is said.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::telemetry {

// Any thread.
class RepeatLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t max_keys = 1024;

  explicit RepeatLimit(Clock::duration period) : period_(period) {}

  // How many of that key were left out since the last one, where it may be said now: the first time, and once
  // a period after that. Else nothing. Keys beyond `max_keys` share one.
  std::optional<std::uint64_t> admit(std::string_view key, Clock::time_point now);

 private:
  struct History {
    Clock::time_point next;
    std::uint64_t suppressed = 0;
  };

  History* find_or_make(std::string_view key);

  const Clock::duration period_;
  std::mutex mutex_;
  std::map<std::string, History, std::less<>> histories_;
};

}  // namespace pollux::telemetry
