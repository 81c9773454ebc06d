// The handle by which a handler answers its request: at once, or later from any thread.
#pragma once

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

 private:
  std::shared_ptr<ReplySink> sink_;
};

}  // namespace pollux::http
