// Counters of an Engine.IO server since its start, and gauges. Read on any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engineio/close_reason.hpp"
#include "engineio/handshake.hpp"

namespace pollux::engineio {

struct Statistics {
  template <std::size_t Size>
  using Counters = std::array<std::atomic<std::uint64_t>, Size>;

  std::atomic<std::int64_t> sessions{0};                             // open now
  std::array<std::atomic<std::int64_t>, transports> by_transport{};  // open now, by Transport
  std::atomic<std::int64_t> waiting_polls{0};  // GETs that wait for something to send now
  std::atomic<std::uint64_t> opened{0};
  std::atomic<std::uint64_t> probes{0};    // WebSockets tried by clients that poll
  std::atomic<std::uint64_t> upgraded{0};  // of them, those that became the transport
  std::atomic<std::uint64_t> received{0};  // packets
  std::atomic<std::uint64_t> sent{0};      // packets
  std::atomic<std::uint64_t> failed{0};    // pieces of work that threw, see Options::on_failure
  Counters<reject_reasons> rejected{};     // requests, by RejectReason
  Counters<close_reasons> closed{};  // sessions, by CloseReason; slow clients are those that were too_slow

  std::int64_t sessions_on(Transport transport) const {
    return by_transport[static_cast<std::size_t>(transport)];
  }
  std::uint64_t rejected_for(RejectReason reason) const { return rejected[static_cast<std::size_t>(reason)]; }
  std::uint64_t closed_for(CloseReason reason) const { return closed[static_cast<std::size_t>(reason)]; }
};

}  // namespace pollux::engineio
