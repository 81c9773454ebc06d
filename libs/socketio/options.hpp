// The options of a Socket.IO server, with a bound for everything that a client can grow, and its counters.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "engineio/options.hpp"

namespace pollux::socketio {

// Connection state recovery (recovery.hpp). Kept in memory, for this process only. Off by default, at no
// cost.
struct RecoveryOptions {
  std::chrono::milliseconds time{0};  // the longest disconnection that is recovered; 0: off
  bool skips_admit = true;            // whether a recovered client bypasses Namespace::admit
  std::size_t sessions = 10'000;      // disconnected clients; the oldest is dropped first
  std::size_t events = 10'000;        // for all clients together; the oldest is dropped first
  std::size_t bytes = 16'777'216;     // of these events; the oldest is dropped first
};

// A client that exceeds a bound is disconnected, unless the comment says otherwise.
struct Options {
  engineio::Options transport{.path = "/socket.io/"};

  std::chrono::milliseconds connect_time{45'000};     // from the opening to the first CONNECT
  std::chrono::milliseconds attachment_time{20'000};  // from a binary packet's header to its last attachment
  std::size_t attachments = 10;                       // per packet
  std::size_t packet_bytes = 1'000'000;               // per packet, attachments included
  std::size_t json_depth = 64;
  std::size_t namespace_bytes = 256;
  std::size_t namespaces_per_client = 16;       // at a time; beyond it CONNECT_ERROR "Too many namespaces"
  std::size_t dynamic_namespaces = 10'000;      // that have sockets; beyond it the same CONNECT_ERROR
  std::size_t rooms_per_socket = 32;            // beyond it join() returns false
  std::size_t pending_acks_per_socket = 1'000;  // beyond it emit_with_ack() fails with `full`

  RecoveryOptions recovery{};

  // Called on each io thread after it has passed a broadcast to its sockets, with the time that took. Unset:
  // not measured. Must neither block nor throw.
  std::function<void(std::chrono::nanoseconds)> observe_broadcast{};
};

// Counters since the start, and a gauge. Read on any thread. engineio::Statistics counts connections.
struct Statistics {
  std::atomic<std::int64_t> sockets{0};          // connected to a namespace now
  std::atomic<std::uint64_t> connected{0};       // CONNECT accepted
  std::atomic<std::uint64_t> recovered{0};       // of these, clients whose state was recovered
  std::atomic<std::uint64_t> rejected{0};        // CONNECT answered with CONNECT_ERROR
  std::atomic<std::uint64_t> events{0};          // received and dispatched to a handler
  std::atomic<std::uint64_t> unknown_events{0};  // received and ignored
  std::atomic<std::uint64_t> malformed{0};       // packets that closed their connection
  std::atomic<std::uint64_t> overdue{0};       // connections closed because CONNECT or an attachment was late
  std::atomic<std::uint64_t> missing_acks{0};  // emit_with_ack() calls that failed
  std::atomic<std::uint64_t> failed_handlers{0};  // handlers that threw and closed their connection
  std::atomic<std::uint64_t> coalesced{0};        // broadcast_latest() events replaced before they were sent
};

}  // namespace pollux::socketio
