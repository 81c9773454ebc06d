// A server for tests that answers every Engine.IO message with the same message, under /engine.io/.
#pragma once

#include <cstdint>
#include <memory>

#include "base/io_threads.hpp"
#include "engineio/server.hpp"
#include "http/server.hpp"

namespace pollux::engineio::testing {

// A ping interval of 300 ms and a timeout of 200 ms, too short for clients on a busy machine: for tests that
// check the handshake, or whose client is silent on purpose.
Options quick_options();

// A ping after 300 ms, and a long timeout for the pong: for tests that exchange heartbeats.
Options patient_options();

// No heartbeats in between, so that tests read exactly what they caused.
Options calm_options();

// With room for a polling POST of Options::max_payload.
http::ServerOptions http_options();

// Makes listeners that echo.
Server::Accept echo();

class EchoServer {
 public:
  explicit EchoServer(Options options = calm_options(), Server::Accept accept = echo(),
                      std::size_t io_threads = 1, http::ServerOptions http = http_options());
  ~EchoServer();

  std::uint16_t port() const { return port_; }
  Server& engine() { return engine_; }

 private:
  IoThreads threads_;
  Server engine_;
  http::Server http_;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::engineio::testing
