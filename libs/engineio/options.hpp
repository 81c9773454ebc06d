// Everything about an Engine.IO server that can be set, and a bound for everything that a client can stretch.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace pollux::engineio {

// The server sends a ping this long after the opening or the last pong, and needs the pong within the
// timeout.
struct Heartbeat {
  std::chrono::milliseconds ping_interval{25'000};
  std::chrono::milliseconds ping_timeout{20'000};
};

struct Options {
  std::string path = "/engine.io/";  // exactly this path, with its trailing slash
  Heartbeat heartbeat{};

  // Bytes of one message on WebSocket, beyond which the connection closes with 1009, and of the body of a
  // polling POST: 413. The HTTP server's own bound (http::ServerLimits::body_bytes) has to be as large.
  std::size_t max_payload = 1'000'000;
  std::size_t payload_packets = 4'000;             // of one polling POST: the session closes
  std::chrono::milliseconds upgrade_time{10'000};  // from a WebSocket beside polling to its use: it closes

  // Bytes that wait for one client, beyond what the kernel holds, and for one that polls between its polls.
  // Past it the client is too slow and is dropped; a single message may be larger.
  std::size_t buffered_bytes = 1'048'576;

  std::size_t sessions = 20'000;  // open at a time: 503
  // Of one IP address: 503. As many as in all by default, because behind a proxy all clients share one
  // address.
  std::size_t sessions_per_address = 20'000;
  std::chrono::milliseconds close_timeout{2'000};  // for the client's half of the closing handshake

  // Origins besides the server's own whose pages may connect, such as "https://example.org", or "*" for all.
  // What they may do by polling a browser is told by CORS; without any there are no CORS fields.
  std::vector<std::string> allowed_origins{};
  // Whether browsers may send cookies from those pages when polling. Never to "*", only to origins that are
  // named.
  bool allow_credentials = false;
  // Told of each request that is rejected because of its Origin, so that the operator can be told. Any
  // thread; must not throw.
  std::function<void(const http::Request&)> on_foreign_origin{};
  // Told of each piece of work that threw, with its what(): somebody broke an invariant. Any io thread; must
  // not throw.
  std::function<void(std::string_view what)> on_failure{};
};

}  // namespace pollux::engineio
