// What became of the votes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "seed-data/latency_histogram.hpp"

namespace pollux::seed {

// A vote ends in one of the first four; one thread each, added up in the end.
struct Outcomes {
  std::vector<std::uint64_t> accepted;         // by option, as the plan numbers them
  std::map<unsigned, std::uint64_t> rejected;  // by the status of an answer that will not change
  std::uint64_t given_up = 0;                  // surely not counted: nobody took it in the time for it
  std::uint64_t unknown = 0;                   // sent, and no answer came: may or may not be counted

  std::uint64_t sent_again = 0;  // attempts after a vote's first
  LatencyHistogram latencies;    // of the accepted ones

  explicit Outcomes(std::size_t options) : accepted(options) {}

  void add(const Outcomes& other);
  std::uint64_t accepted_in_all() const;
  std::uint64_t rejected_in_all() const;
};

}  // namespace pollux::seed
