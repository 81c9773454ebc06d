// The handle by which a handler answers its request: at once, or later from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "http/response.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// The receiver of a response: the request's connection, or a test.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void send(Response response) = 0;
  virtual void build(ResponseBuilder builder) { send(builder()); }
  virtual void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) = 0;
  // For late responses. A sink without a connection ignores them.
  virtual void on_abandoned(std::function<void()> /*callback*/) {}
  virtual void wait_at_most(std::chrono::milliseconds /*time*/) {}
};

// The first response is sent, later ones are dropped. If the last copy is destroyed without a response, the
// client gets a 500. Copies may be used on any thread; responses to a client that has disconnected are
// dropped. The io threads must outlive every copy.
class Reply {
 public:
  explicit Reply(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}

  void operator()(Response response) const { sink_->send(std::move(response)); }

  // Like the above, but the response is built on the connection's io thread, and only if the client is still
  // connected. Until then just the builder is kept. An exception from it counts as one from the handler.
  void build(ResponseBuilder builder) const { sink_->build(std::move(builder)); }

  // Answers an upgrade request (Request::wants_websocket) with 101, or with 400 if its handshake is invalid;
  // then calls the listener's on_open or on_close.
  void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) const {
    sink_->upgrade(std::move(options), std::move(listener));
  }

  // For responses that may come late, such as those of a long poll: `callback` is called once, on the
  // connection's io thread, when no response can reach the client any more, because it has disconnected or
  // the time below has passed. It is not called after a response or if the io threads stop; a later callback
  // replaces an earlier one. It must not throw. It is destroyed with the response, so it may hold this reply.
  // A client that shuts down sending but still reads counts as disconnected: an aborted request of a browser
  // looks the same.
  void on_abandoned(std::function<void()> callback) const { sink_->on_abandoned(std::move(callback)); }

  // Sets the time from now to the response, instead of ServerLimits::handler_time. After it the client gets a
  // 503.
  void wait_at_most(std::chrono::milliseconds time) const { sink_->wait_at_most(time); }

 private:
  std::shared_ptr<ReplySink> sink_;
};

class Connection;

// The reply to a connection's request of that number.
Reply make_reply(std::shared_ptr<Connection> connection, std::uint64_t request_number);

}  // namespace pollux::http
