// The program `socketio-fixture`, started on a free port with two io threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace pollux::bench {

class Fixture {
 public:
  // `buffered_bytes`: what may wait for one of its clients.
  Fixture(const std::string& program, std::size_t buffered_bytes);
  ~Fixture();  // ends it
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t resident_bytes() const { return status_bytes("VmRSS:"); }
  std::size_t peak_resident_bytes() const { return status_bytes("VmHWM:"); }  // since it started
  double processor_seconds() const;

 private:
  std::size_t status_bytes(const char* field) const;

  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::bench
