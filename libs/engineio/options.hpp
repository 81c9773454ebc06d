// Everything about an Engine.IO server that can be set, and a bound for everything that a client can stretch.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

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
  std::size_t max_payload = 1'000'000;  // bytes of one message from a client; a longer one closes with 1009

  // Bytes that wait for one client, beyond what the kernel holds. Past it the client is too slow and is
  // dropped; a single message may be larger.
  std::size_t buffered_bytes = 1'048'576;

  std::size_t sessions = 20'000;  // open at a time: 503
  // Of one IP address: 503. As many as in all by default, because behind a proxy all clients share one
  // address.
  std::size_t sessions_per_address = 20'000;
  std::chrono::milliseconds close_timeout{2'000};  // for the client's half of the closing handshake

  // Origins besides the server's own whose pages may connect, such as "https://example.org".
  std::vector<std::string> allowed_origins{};
};

}  // namespace pollux::engineio
