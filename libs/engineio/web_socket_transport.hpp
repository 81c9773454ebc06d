// A session's WebSocket: carries what happens on it to the session, and what the session sends out. A
// WebSocket lives on the io thread that accepted its connection; where a session began by polling that may be
// another than its own, and everything is posted from one to the other.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>

#include "http/web_socket.hpp"

namespace pollux::engineio {

class LiveSession;

class WebSocketTransport final : public http::WebSocketListener,
                                 public std::enable_shared_from_this<WebSocketTransport> {
 public:
  // `is_local`: the request came on the session's own io thread. `is_base64`: the client wants no binary
  // frames.
  WebSocketTransport(std::shared_ptr<LiveSession> session, bool is_local, bool is_base64);
  ~WebSocketTransport() override;

  // On the session's io thread.
  void set_socket(std::weak_ptr<http::WebSocket> socket) { socket_ = std::move(socket); }
  void send(http::SharedMessage message, bool is_binary);
  // From another io thread perhaps too many, never too few. Where it is more than 0 the session hears when it
  // is 0.
  std::size_t queued_bytes();
  void close(http::CloseCode code);
  void drop();

  // On the socket's io thread.
  void on_open(std::shared_ptr<http::WebSocket> socket) override;
  void on_text(std::string_view message) override { receive(message, false); }
  void on_binary(std::string_view message) override { receive(message, true); }
  void on_drained() override;
  void on_close() override;

 private:
  template <class Task>
  void at_home(Task task);
  void receive(std::string_view message, bool is_binary);
  void tell_if_drained();
  void give(http::WebSocket& socket, http::SharedMessage message, bool is_binary);

  const std::shared_ptr<LiveSession> session_;
  const bool is_local_;
  const bool is_base64_;
  std::weak_ptr<http::WebSocket> socket_;  // the socket keeps us
  bool has_given_up_ = false;              // on the socket's io thread
  // Between the threads, where there are two of them:
  std::atomic<std::size_t> posted_bytes_{0};    // on their way to the socket
  std::atomic<std::size_t> unsent_bytes_{0};    // that the socket had when it was last looked at
  std::atomic<bool> is_drain_awaited_{false};   // the session was told that something is queued
  std::atomic<std::size_t> arriving_bytes_{0};  // on their way to the session
};

}  // namespace pollux::engineio
