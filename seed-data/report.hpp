// The end of a run, for people and for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "seed-data/outcomes.hpp"

namespace pollux::seed {

struct Report {
  std::vector<std::string> options;     // the ids, as Outcomes numbers them
  std::optional<std::uint64_t> wanted;  // votes; nothing where a time was wanted
  std::uint32_t rate = 0;               // votes a second that were wanted; 0: a closed loop
  std::chrono::nanoseconds elapsed{0};  // from the first vote to the last answer
  std::string trouble;                  // a sentence: the last thing that went wrong; empty: nothing
  Outcomes outcomes;

  // Whether every vote that was wanted, or that was sent, was accepted.
  bool complete() const;
  double accepted_a_second() const;
};

// A few lines. Latencies count, with a rate, from the time at which a vote was due (so that a service that
// stalls cannot hide it by slowing its clients down), else from its sending, in both cases to the answer that
// accepted it, attempts before it included.
std::string summary(const Report& report);

// The same as one line of JSON without its end.
std::string json(const Report& report);

}  // namespace pollux::seed
