// The settings of an Engine.IO server, with a bound for everything that a client can stretch.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace pollux::engineio {

// The server pings this long after the opening or the last pong, and expects the pong within the timeout.
struct PingTimes {
  std::chrono::milliseconds interval{25'000};
  std::chrono::milliseconds timeout{20'000};
};

struct Options {
  std::string path = "/engine.io/";  // exactly this path, with its trailing slash
  PingTimes ping_times{};

  // Bytes of one WebSocket message, beyond which the connection is closed with 1009, and of the body of a
  // polling POST: 413. http::ServerLimits::body_bytes must be at least as large.
  std::size_t max_payload = 1'000'000;
  std::size_t payload_packets = 4'000;             // of one polling POST; beyond it the session is closed
  std::chrono::milliseconds upgrade_time{10'000};  // from opening the WebSocket to its use; then it is closed

  // Bytes queued for one client: beyond what the kernel holds, or between two polls. Beyond it the client is
  // too slow and is dropped; a single message may be larger. How long a client may read nothing of what is
  // queued is bounded by the HTTP server: http::ServerLimits::write_time.
  std::size_t buffered_bytes = 1'048'576;

  std::size_t sessions = 20'000;  // open at a time: 503
  // Per IP address: 503. Not limited further by default, because clients behind a proxy share one address.
  std::size_t sessions_per_address = 20'000;
  std::chrono::milliseconds close_timeout{2'000};  // for the client's part of the closing handshake

  // Origins whose pages may connect, besides the server's own, such as "https://example.org", or "*" for all.
  // CORS header fields are sent only if there are any.
  std::vector<std::string> allowed_origins{};
  // Whether pages of these origins may send cookies when polling. Not for "*", only for named origins.
  bool allow_credentials = false;
  // Called for each request that is rejected because of its Origin. Any thread; must not throw.
  std::function<void(const http::Request&)> on_foreign_origin{};
  // Called with the what() of a task that threw. Any io thread; must not throw.
  std::function<void(std::string_view what)> on_failure{};
};

}  // namespace pollux::engineio
