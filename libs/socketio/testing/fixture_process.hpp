// The fixture server in its own process, so that its memory and exit status can be checked.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "engineio/options.hpp"

namespace pollux::socketio::testing {

class FixtureProcess {
 public:
  explicit FixtureProcess(engineio::PingTimes ping_times);
  ~FixtureProcess();  // terminates it
  FixtureProcess(const FixtureProcess&) = delete;
  FixtureProcess& operator=(const FixtureProcess&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t resident_bytes() const;
  // Sends SIGTERM. True if the process then exits with status 0, which it does not if a sanitizer has found
  // something.
  bool ends_cleanly();

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::socketio::testing
