// The result of a run, for people and for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "seed-data/outcomes.hpp"

namespace pollux::seed {

struct Report {
  std::vector<std::string> options;     // the ids, in the order of Outcomes::accepted
  std::optional<std::uint64_t> wanted;  // number of votes; none if a duration was given
  std::uint32_t rate = 0;               // target rate; 0: a closed loop
  std::chrono::nanoseconds elapsed{0};  // from the first vote to the last response
  std::string last_error;               // empty: none
  Outcomes outcomes;

  // Whether all votes that were wanted, or else sent, were accepted.
  bool complete() const;
  double accepted_per_second() const;
};

// A summary of a few lines. Latencies include retries. With a rate they count from the time a vote was due,
// so that stalls of the service show, otherwise from its sending.
std::string summary(const Report& report);

// The same as JSON on one line, without a newline.
std::string json(const Report& report);

std::string number_text(std::uint64_t number);          // "12,345"
std::string time_text(std::chrono::microseconds time);  // "850 us", "1.25 ms", "12.5 s", "3 min 20 s"
std::string votes_count_text(std::uint64_t number);     // "1 vote", "12,345 votes"

}  // namespace pollux::seed
