// One viewer: what its screen shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

// One thread. Errors are exceptions.
class Screen {
 public:
  // Joins the poll; the counts are then those that it was told at once.
  explicit Screen(std::uint16_t port);

  int descriptor() const { return socket_.get(); }

  // Takes in what has arrived; waits for something where nothing has. True if there was a tally.
  bool receive();

  // Of the newest tally, in the order of the options.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  std::uint64_t total() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }
  std::size_t tallies() const { return tallies_; }  // since it joined

 private:
  bool take(std::string_view payload);

  Descriptor socket_;
  std::string incoming_;
  std::vector<std::uint64_t> counts_;
  std::size_t tallies_ = 0;
};

}  // namespace pollux::bench
