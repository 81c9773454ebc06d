// The program `pollux` on free ports, with a temporary directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "bench/system.hpp"

namespace pollux::bench {

// From /proc/<pid>/smaps_rollup, in bytes.
struct Memory {
  std::size_t rss = 0;
  std::size_t anonymous = 0;  // heap and stacks
};

class ServerProcess {
 public:
  ServerProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  ~ServerProcess();  // kills it and removes the directory
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t result_port() const { return result_port_; }
  Memory memory() const;
  // Sends a vote of a new voter and does not wait: the tally may arrive before the response.
  Descriptor begin_vote() const;
  // Waits for the response.
  void finish_vote(const Descriptor& vote) const;

 private:
  void run(const std::filesystem::path& program, const std::vector<std::string>& arguments) const;
  bool read_ports();

  std::filesystem::path directory_;
  pid_t process_ = -1;
  std::uint16_t vote_port_ = 0;
  std::uint16_t result_port_ = 0;
};

}  // namespace pollux::bench
