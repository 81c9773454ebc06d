// One viewer and the tally on its screen. One thread; errors are exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "bench/system.hpp"
#include "bench/web_socket_client.hpp"

namespace pollux::bench {

class Screen {
 public:
  // Joins the poll with this id and reads the first tally.
  explicit Screen(std::uint16_t port, std::string_view poll = default_poll);

  int descriptor() const { return socket_.get(); }

  // Reads what has arrived; blocks if nothing has. True if it contained a tally.
  bool receive();

  // Counts of the latest tally, in the order of the options.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  std::uint64_t total() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }
  std::size_t tallies() const { return tallies_; }  // since it joined

 private:
  bool take(std::string_view payload);

  const std::string tally_prefix_;
  Descriptor socket_;
  std::string incoming_;
  std::vector<std::uint64_t> counts_;
  std::size_t tallies_ = 0;
};

}  // namespace pollux::bench
