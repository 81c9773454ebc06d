// The server of the conformance cases. /engine.io/ echoes every message. On /socket.io/, the namespaces / and
// /custom emit `auth` with the auth data of a new client and acknowledge `get-id` with the socket's id. /
// also answers `message` with `message-back` and acknowledges `message-with-ack`, both with the same
// arguments; it answers `ask` with `question`, and reports the acknowledgement of that with `answered` or
// `unanswered`. /guarded rejects every client. /numbered/1, /numbered/2 and so on are like /custom, and so is
// every name below /rooms/, which is opened for a client whose auth data has `key`.
#pragma once

#include <cstdint>

#include "base/io_threads.hpp"
#include "engineio/server.hpp"
#include "http/server.hpp"
#include "socketio/server.hpp"

namespace pollux::socketio::testing {

// The heartbeat of the conformance cases, 300 and 200 ms, and one second to connect. Too short for a busy
// machine.
Options fixture_options();

// The same with three seconds for the pong and to connect.
Options patient_options();

// Without heartbeats, so that tests receive only what they caused, and with ample time to connect.
Options calm_options();

// The namespaces above.
Namespaces fixture_namespaces();

class FixtureServer {
 public:
  explicit FixtureServer(Options options = fixture_options(), Namespaces namespaces = fixture_namespaces(),
                         std::size_t io_threads = 1, std::uint16_t port = 0);
  ~FixtureServer();

  std::uint16_t port() const { return port_; }
  Server& socketio() { return socketio_; }
  engineio::Server& engineio() { return engineio_; }

 private:
  IoThreads threads_;
  engineio::Server engineio_;
  Server socketio_;
  http::Server http_;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::socketio::testing
