// The server side of a WebSocket (RFC 6455), without extensions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pollux::http {

struct WebSocketOptions {
  std::size_t max_message_bytes = 1'000'000;  // beyond it the connection is closed with 1009
  std::size_t max_queued_bytes = 1'000'000;   // unsent; beyond it the connection is dropped
  std::chrono::milliseconds close_timeout{5000};
};

// The close codes of RFC 6455, section 7.4.1, that the server sends.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  policy = 1008,
  too_big = 1009,
  internal = 1011,
  try_again_later = 1013,
};

// A message that is encoded once and sent to many clients.
using SharedMessage = std::shared_ptr<const std::string>;

// Any thread, unless noted; calls on the socket's io thread take effect immediately, others are posted to it.
// After the socket has closed they do nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void send_text(SharedMessage message) = 0;
  virtual void send_binary(SharedMessage message) = 0;
  // The bytes that the kernel has not accepted yet, including an overhead per message. 0 while the client
  // keeps up, because messages are written to the kernel at once. Io thread only.
  virtual std::size_t queued_bytes() const = 0;
  // Starts the closing handshake after what is queued; drops the connection after close_timeout.
  virtual void close(CloseCode code) = 0;
  // Closes the connection at once; unsent messages are lost.
  virtual void drop() = 0;
  // Runs `task` on the socket's io thread, on which the listener is called.
  virtual void post(std::function<void()> task) = 0;
};

// Called on the socket's io thread, one call at a time; must not block. The socket keeps its listener until
// after on_close().
class WebSocketListener {
 public:
  virtual ~WebSocketListener() = default;
  virtual void on_open(std::shared_ptr<WebSocket> socket) = 0;
  virtual void on_text(std::string_view message) = 0;  // valid UTF-8
  virtual void on_binary(std::string_view message) = 0;
  virtual void on_drained() {}  // queued_bytes() is 0 again
  // Of what is queued, the client has read too little within ServerLimits::write_time. The connection is
  // dropped, so on_close() follows.
  virtual void on_too_slow() {}
  virtual void on_close() = 0;  // exactly once, also if the handshake failed; the last call
};

}  // namespace pollux::http
