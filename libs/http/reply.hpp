// The handle by which a handler answers its request: at once, or later from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "http/response.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// Where an answer goes: the connection that the request came by.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void send(Response response) = 0;
  virtual void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) = 0;
  // For answers that come late. A sink without a connection behind it needs neither.
  virtual void on_abandoned(std::function<void()> /*callback*/) {}
  virtual void wait_at_most(std::chrono::milliseconds /*time*/) {}
};

// The first answer wins, later ones are dropped. Where the last copy goes without an answer the client gets
// a 500. Copies may be used on any thread; where the client has gone the answer is dropped. The io threads
// outlive every copy.
class Reply {
 public:
  explicit Reply(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}

  void operator()(Response response) const { sink_->send(std::move(response)); }

  // Answers an upgrade request (Request::wants_websocket) with 101, or with 400 where its headers are no
  // valid WebSocket handshake; then on_open or on_close of the listener is called.
  void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) const {
    sink_->upgrade(std::move(options), std::move(listener));
  }

  // For an answer that may come late, such as a long poll's: `callback` is called once, on the connection's
  // io thread, when no answer can reach the client any more: it has gone, or the time below is over. Never
  // after an answer, nor where the io threads stop; a later callback replaces an earlier one. It must not
  // throw, and it is let go with the answer, so it may hold this reply. A client that has finished sending
  // but still reads counts as gone here: browsers that abort a request look just like it.
  void on_abandoned(std::function<void()> callback) const { sink_->on_abandoned(std::move(callback)); }

  // From now on the answer may take this long, in place of ServerLimits::handler_time; then the client gets
  // a 503.
  void wait_at_most(std::chrono::milliseconds time) const { sink_->wait_at_most(time); }

 private:
  std::shared_ptr<ReplySink> sink_;
};

}  // namespace pollux::http
