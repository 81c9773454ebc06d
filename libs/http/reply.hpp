// How a handler answers its request: at once, or later and on any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "http/body_stream.hpp"
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
  virtual void matched(std::string_view /*route*/) {}
};

// One request's right to a response. Copies share it, and may be used on any thread. The first response is
// sent; later ones, and those to a client that has disconnected, are dropped. If the last copy is destroyed
// without a response, the client gets a 500. The io threads must outlive every copy.
class Reply {
 public:
  explicit Reply(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}

  void operator()(Response response) const { sink_->send(std::move(response)); }

  // Responds with what `builder` returns. It is called once, on the connection's io thread, and only if the
  // client is still connected; until then no memory is needed for the response. It must not block. If it
  // throws, the client gets a 500, as if the handler had thrown.
  void build(ResponseBuilder builder) const { sink_->build(std::move(builder)); }

  // Answers an upgrade request (Request::wants_websocket) with 101, or with 400 if its handshake is invalid;
  // then calls the listener's on_open or on_close.
  void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) const {
    sink_->upgrade(std::move(options), std::move(listener));
  }

  // For responses that may come late, such as those of a long poll. Calls `callback` once, on the
  // connection's io thread, as soon as no response can reach the client any more: it has disconnected, or the
  // time of wait_at_most() has passed. Does not call it after a response, or if the io threads stop. A later
  // callback replaces an earlier one. It must not throw. It may hold this reply, because it is destroyed when
  // the request is answered or abandoned.
  //
  // From this call on, a client that shuts down sending counts as disconnected, even if it still reads: a
  // browser that aborts a request looks the same.
  void on_abandoned(std::function<void()> callback) const { sink_->on_abandoned(std::move(callback)); }

  // Replaces ServerLimits::handler_time for this request: if there is no response within `time` from now, the
  // client gets a 503.
  void wait_at_most(std::chrono::milliseconds time) const { sink_->wait_at_most(time); }

  // Names the route of the request, for statistics: a pattern, never the path itself, because each name is
  // counted on its own. Called within the handler, on its thread. `route` lives as long as the server.
  void matched(std::string_view route) const { sink_->matched(route); }

 private:
  std::shared_ptr<ReplySink> sink_;
};

class Connection;

// The reply to a connection's request of that number.
Reply make_reply(std::shared_ptr<Connection> connection, std::uint64_t request_number);

// The next piece of the stream that the connection sends.
NextPiece make_next_piece(std::shared_ptr<Connection> connection, std::uint64_t piece_number);

}  // namespace pollux::http
