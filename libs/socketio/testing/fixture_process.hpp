// The fixture server in a process of its own, so that its memory and its life can be looked at.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "engineio/options.hpp"

namespace pollux::socketio::testing {

class FixtureProcess {
 public:
  explicit FixtureProcess(engineio::Heartbeat heartbeat);
  ~FixtureProcess();  // ends it and waits
  FixtureProcess(const FixtureProcess&) = delete;
  FixtureProcess& operator=(const FixtureProcess&) = delete;

  std::uint16_t port() const { return port_; }
  // What it holds of memory, in bytes.
  std::size_t resident_bytes() const;
  // Ends it in the way of a service manager. True where it ended cleanly; a sanitizer's finding is no clean
  // end.
  bool ends_cleanly();

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::socketio::testing
