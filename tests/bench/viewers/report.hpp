// The figures of a run as a table and as JSON.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pollux::bench {

struct Figures {
  std::size_t viewers = 0;
  double anonymous_bytes_per_viewer = 0;
  double rss_bytes_per_viewer = 0;
  std::size_t anonymous_bytes_before = 0;
  std::size_t frame_bytes = 0;
  // For each round, from the first byte received by a viewer to the last.
  std::vector<double> pollux_milliseconds;
  std::vector<double> bare_milliseconds;
};

std::string table_of(const Figures& figures);
std::string json_of(const Figures& figures);

}  // namespace pollux::bench
