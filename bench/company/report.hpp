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
  Latencies beside;     // while another process of the same server is attacked
  Latencies attacked;   // while the good client's own server is
  std::string failure;  // of the good client's connection
  double done_per_second = 0;
  double beside_done_per_second = 0;
  std::uint64_t closed = 0;  // connections of attackers
  int status = 0;
  double server_microseconds = 0;  // of processor time for one unit of the attack
  double server_cores = 0;         // processor seconds a second
  double clients_cores = 0;        // of the attackers, with the client that measures
  double others_quiet_cores = 0;   // of what else runs on the machine
  double others_cores = 0;         // the same, under the attack
  std::size_t resident_before = 0;
  std::size_t resident_peak = 0;
};

std::string table_of(const std::vector<Figures>& all);
std::string json_of(const std::vector<Figures>& all);

}  // namespace pollux::bench
