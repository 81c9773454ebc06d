// What the machine alone makes of a pulse: a thread that answers it with nothing but recv() and send().
#pragma once

#include <thread>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

class BareEcho {
 public:
  BareEcho();
  ~BareEcho();
  BareEcho(const BareEcho&) = delete;
  BareEcho& operator=(const BareEcho&) = delete;

  // For the one Pulse that it serves; it ends with the pulse's connection.
  Descriptor take_client() { return std::move(client_); }

 private:
  Descriptor client_;
  Descriptor server_;
  std::jthread thread_;
};

}  // namespace pollux::bench
