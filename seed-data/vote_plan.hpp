// Which votes are sent, in what order and when.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace pollux::seed {

struct Votes {
  std::string option;  // its id: letters, digits, "_" and "-", which need no encoding in a form
  std::uint32_t count = 0;

  friend bool operator==(const Votes&, const Votes&) = default;
};

constexpr std::size_t max_options = config::letters;  // as many as the programs have settings for
constexpr std::size_t max_option_bytes = 64;
constexpr std::uint32_t max_votes = 100'000'000;  // for all options together; a plan stores one byte per vote

// "a=2000,b=1000"
Result<std::vector<Votes>> parse_votes(std::string_view text);
std::string votes_text(const std::vector<Votes>& votes);

// All votes in random order, repeated cyclically. Immutable; any thread.
class VotePlan {
 public:
  // `votes`: at least one vote, within the limits above. The same `seed` gives the same order.
  VotePlan(std::vector<Votes> votes, std::uint64_t seed);

  std::size_t size() const { return order_.size(); }
  std::size_t options() const { return votes_.size(); }
  const std::string& option_id(std::size_t option) const { return votes_[option].option; }

  // The option of this vote, as an index below options().
  std::size_t option_of(std::uint64_t vote) const { return order_[vote % order_.size()]; }

 private:
  std::vector<Votes> votes_;
  std::vector<std::uint8_t> order_;
};

using Clock = std::chrono::steady_clock;

struct Pace {
  std::optional<std::uint64_t> votes;            // in all
  std::uint32_t rate = 0;                        // votes per second; 0: a closed loop
  std::optional<std::chrono::nanoseconds> time;  // no vote starts later than this after the first
};

// Numbers the votes from 0. With a rate it is an open loop: vote n is due n / rate seconds after the start,
// regardless of responses. Any thread, after begin().
class Schedule {
 public:
  struct Turn {
    std::uint64_t vote = 0;
    std::optional<Clock::time_point> due;  // with a rate
  };

  explicit Schedule(const Pace& pace) : pace_(pace) {}

  void begin(Clock::time_point start) { start_ = start; }
  Clock::time_point start() const { return start_; }

  // None if no votes or no time is left.
  std::optional<Turn> next(Clock::time_point now);

 private:
  const Pace pace_;
  Clock::time_point start_;
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace pollux::seed
