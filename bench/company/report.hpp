// The figures of a run: as a table for people, as JSON for programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/company/pulse.hpp"

namespace pollux::bench {

struct Figures {
  std::string attack;
  std::string unit;
  std::string bounded_by;
  double bound_bytes = 0;
  Latencies quiet;
  Latencies attacked;
  Latencies bare_quiet;
  Latencies bare_attacked;
  std::string failure;  // of the good client's connection
  double done_per_second = 0;
  std::uint64_t broken = 0;
  int status = 0;
  double server_cores = 0;        // processor seconds a second
  double attackers_cores = 0;     // with the clients that measure
  double others_quiet_cores = 0;  // of what else runs on the machine
  double others_cores = 0;        // the same, under the attack
  std::size_t resident_before = 0;
  std::size_t resident_peak = 0;
};

std::string table_of(const std::vector<Figures>& all);
std::string json_of(const std::vector<Figures>& all);

}  // namespace pollux::bench
