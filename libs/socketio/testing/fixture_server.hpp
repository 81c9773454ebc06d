// The server that the conformance cases of the protocol are written against: /engine.io/ echoes every
// message; /socket.io/ has the namespaces / and /custom, which emit `auth` with what the client connected
// with; on /, `message` is answered by `message-back` and `message-with-ack` by its acknowledgement, each
// with the same arguments; `ask` is answered by the question `question`, and its answer by `answered` or
// `unanswered`. Both namespaces acknowledge `get-id` with the socket's id; /guarded lets nobody in.
#pragma once

#include <cstdint>

#include "base/io_threads.hpp"
#include "engineio/server.hpp"
#include "http/server.hpp"
#include "socketio/server.hpp"

namespace pollux::socketio::testing {

// Heartbeats of 300 and 200 ms, a second to connect. A client on a busy machine may not keep these.
Options fixture_options();

// The same with three seconds for the pong and to connect.
Options patient_options();

// No heartbeats in between, so that tests read exactly what they caused, and time to connect.
Options calm_options();

// The namespaces above; tests may add to them.
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
