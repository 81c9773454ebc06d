// Counters of a Socket.IO server since its start, and a gauge. Read on any thread. Those of its connections
// are the transport's: engineio/statistics.hpp.
#pragma once

#include <atomic>
#include <cstdint>

namespace pollux::socketio {

struct Statistics {
  std::atomic<std::int64_t> sockets{0};           // connected to a namespace now
  std::atomic<std::uint64_t> connected{0};        // CONNECT accepted
  std::atomic<std::uint64_t> recovered{0};        // of these, clients that got back what they had missed
  std::atomic<std::uint64_t> refused{0};          // CONNECT answered with CONNECT_ERROR
  std::atomic<std::uint64_t> events{0};           // received, known to the namespace
  std::atomic<std::uint64_t> unknown_events{0};   // received and ignored
  std::atomic<std::uint64_t> malformed{0};        // packets that closed their connection
  std::atomic<std::uint64_t> overdue{0};          // closed for want of a CONNECT or of an attachment
  std::atomic<std::uint64_t> unanswered{0};       // events of emit_with_ack() that got no answer
  std::atomic<std::uint64_t> failed_handlers{0};  // handlers that threw; their connections were closed
  std::atomic<std::uint64_t> coalesced{0};        // broadcasts that a slow client skipped for a newer one
};

}  // namespace pollux::socketio
