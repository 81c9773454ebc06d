// Who took the machine's processors.
#pragma once

#include "bench/company/fixture.hpp"

namespace pollux::bench {

// In processor seconds, since some beginning; differences say something.
struct ProcessorTime {
  double server = 0;
  double own = 0;     // of this program: attackers and clients
  double others = 0;  // of all else on the machine, niced programs included

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
