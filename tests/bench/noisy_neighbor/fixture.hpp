// The program `socketio-fixture` on a free port with two io threads, and the CPU time that it and others
// take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace pollux::bench {

class Fixture {
 public:
  // `buffered_bytes`: the server's output limit for each client.
  Fixture(const std::string& program, std::size_t buffered_bytes);
  ~Fixture();  // kills it
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

// CPU seconds since an arbitrary start; only differences are meaningful.
struct ProcessorTime {
  double server = 0;
  double own = 0;     // of this program: attackers and clients
  double others = 0;  // of the rest of the machine, niced programs included

  static ProcessorTime now(const Fixture& server);

  ProcessorTime operator-(const ProcessorTime& before) const {
    return {server - before.server, own - before.own, others - before.others};
  }
  ProcessorTime& operator+=(const ProcessorTime& more) {
    server += more.server;
    own += more.own;
    others += more.others;
    return *this;
  }
};

}  // namespace pollux::bench
