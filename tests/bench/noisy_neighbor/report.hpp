// The figures of a run as a table and as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/noisy_neighbor/pulse.hpp"

namespace pollux::bench {

struct Figures {
  std::string attack;
  std::string unit;
  std::string bounded_by;
  double bound_bytes = 0;
  Latencies quiet;
  Latencies beside;     // while another process of the same program is attacked
  Latencies attacked;   // while the client's own server is attacked
  std::string failure;  // of the client's connection
  double done_per_second = 0;
  double beside_done_per_second = 0;
  std::uint64_t closed = 0;  // connections of attackers
  int status = 0;
  double server_microseconds = 0;  // CPU time for one unit of the attack
  double server_cores = 0;         // CPU seconds per second
  double clients_cores = 0;        // attackers and the measuring client
  double others_quiet_cores = 0;   // other programs on the machine
  double others_cores = 0;         // the same, during the attack
  std::size_t resident_before = 0;
  std::size_t resident_peak = 0;
};

std::string table_of(const std::vector<Figures>& all);
std::string json_of(const std::vector<Figures>& all);

}  // namespace pollux::bench
