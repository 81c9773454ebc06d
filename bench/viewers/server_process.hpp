// The program `pollux`, started for this bench on free ports with a directory of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

// From /proc/<pid>/smaps_rollup, in bytes.
struct Memory {
  std::size_t rss = 0;
  std::size_t anonymous = 0;  // heap and stacks: what is not a file's
};

class ServerProcess {
 public:
  ServerProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  ~ServerProcess();  // ends it and removes the directory
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t result_port() const { return result_port_; }
  Memory memory() const;
  // Casts a vote as a new voter, without waiting: the tally may be on its way before the answer is.
  Descriptor begin_vote() const;
  // Waits for the answer.
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
