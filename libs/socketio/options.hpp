// Everything about a Socket.IO server that can be set, and a bound for everything that a client can stretch.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "engineio/options.hpp"

namespace pollux::socketio {

// What is kept for clients that lose their connection and come back (see recovery.hpp). Off by default, and
// then it costs nothing. It is in memory, for this process alone.
struct RecoveryOptions {
  std::chrono::milliseconds time{0};  // that a client may have been away; 0: off
  // Whether a client whose state is recovered is not asked for by Namespace::admit again.
  bool skips_admit = true;
  std::size_t sessions = 10'000;   // of clients that are disconnected; the oldest is dropped first
  std::size_t events = 10'000;     // kept for all clients together; the oldest gives way
  std::size_t bytes = 16'777'216;  // of these events; the oldest gives way
};

struct Options {
  engineio::Options transport{.path = "/socket.io/"};

  std::chrono::milliseconds connect_time{45'000};     // from the opening to the first CONNECT: closed
  std::chrono::milliseconds attachment_time{20'000};  // from a binary header to its last attachment: closed
  std::size_t attachments = 10;                       // of one packet: closed
  std::size_t packet_bytes = 1'000'000;               // of one packet with its attachments: closed
  std::size_t json_depth = 64;                        // closed
  std::size_t namespace_bytes = 256;                  // of a name: closed
  std::size_t namespaces_per_client = 16;             // at a time: CONNECT_ERROR "Too many namespaces"
  std::size_t rooms_per_socket = 32;                  // join() says no
  std::size_t answers_per_socket = 1'000;  // that a client owes at a time: emit_with_ack() says `full`

  RecoveryOptions recovery{};

  // Called on each io thread after it has given a broadcast to its sockets, with the time that this took, for
  // metrics; unset: not measured. Must neither block nor throw.
  std::function<void(std::chrono::nanoseconds)> observe_broadcast{};
};

}  // namespace pollux::socketio
