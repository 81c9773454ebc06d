// A session as the application on top of Engine.IO sees it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engineio/close_reason.hpp"
#include "engineio/session.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

// All members are for the connection's io thread, where the listener is called too. After the session has
// ended they do nothing.
class Connection {
 public:
  virtual ~Connection() = default;

  // `packet` is an encoded `message` packet (encode_packet), so that one can be shared by many connections.
  virtual void send_text(http::SharedMessage packet) = 0;
  virtual void send_binary(http::SharedMessage bytes) = 0;
  // Bytes given to send_* that the kernel has not taken yet, or that no poll has asked for.
  virtual std::size_t queued_bytes() const = 0;
  // Has on_wake called once at that time or soon after; replaces an earlier wish. Nothing: no call.
  virtual void wake_at(std::optional<TimePoint> time) = 0;
  // Sends what is queued, then ends the session. A client that polls gets it only with a poll that already
  // waits.
  virtual void close(CloseReason reason) = 0;
  // Which of the io threads is the connection's own.
  virtual std::size_t thread() const = 0;
};

// Called on the connection's io thread, one call at a time; must neither block nor throw. Where the io
// threads stop while it is open it is destroyed without on_close.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_open(Connection& connection) = 0;    // outlives the listener
  virtual void on_text(std::string_view message) = 0;  // valid UTF-8
  virtual void on_binary(std::string_view message) = 0;
  virtual void on_drained() {}  // what was queued has been sent
  virtual void on_wake() {}
  virtual void on_close(CloseReason reason) = 0;  // exactly once after on_open; nothing follows
};

}  // namespace pollux::engineio
