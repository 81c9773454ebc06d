// The server's end of a WebSocket (RFC 6455), without extensions.
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
  std::size_t max_queued_bytes = 1'000'000;   // unsent; beyond it the client is too slow and is dropped
  std::chrono::milliseconds close_timeout{5000};
};

// Close codes of RFC 6455, section 7.4.1, that we send.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  policy = 1008,
  too_big = 1009,
  internal = 1011,
  try_again_later = 1013,
};

// A message encoded once, to be sent to many.
using SharedMessage = std::shared_ptr<const std::string>;

// All members may be called on any thread; calls made on the socket's own io thread take effect without a
// detour. After the socket has closed they do nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void send_text(SharedMessage message) = 0;
  virtual void send_binary(SharedMessage message) = 0;
  // What was given to send_* and the kernel has not taken yet: its bytes and some for keeping each message. 0
  // as long as the client keeps up, because messages go to the kernel at once. Own io thread only.
  virtual std::size_t queued_bytes() const = 0;
  // Closes with a handshake, after what is queued, within close_timeout.
  virtual void close(CloseCode code) = 0;
  // Closes at once, unsent messages are dropped.
  virtual void drop() = 0;
  // Runs `task` on the socket's io thread, where the listener is called too.
  virtual void post(std::function<void()> task) = 0;
};

// What happens on a socket. Called on its io thread, one call at a time; must not block. The listener lives
// until after on_close; the socket keeps it.
class WebSocketListener {
 public:
  virtual ~WebSocketListener() = default;
  virtual void on_open(std::shared_ptr<WebSocket> socket) = 0;
  virtual void on_text(std::string_view message) = 0;  // valid UTF-8
  virtual void on_binary(std::string_view message) = 0;
  virtual void on_drained() {}  // queued_bytes() has become 0, after it was more
  virtual void on_close() = 0;  // exactly once, also where the handshake failed; nothing follows
};

}  // namespace pollux::http
