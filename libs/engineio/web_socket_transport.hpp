// Connects a WebSocket and its session. A WebSocket lives on the io thread that accepted it. If the session
// began by polling, that may be another thread than the session's; then everything is posted between the two.
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
  // `is_local`: the request arrived on the session's io thread. `is_base64`: the client wants no binary
  // frames.
  WebSocketTransport(std::shared_ptr<LiveSession> session, bool is_local, bool is_base64);
  ~WebSocketTransport() override;

  // On the session's io thread.
  void set_socket(std::weak_ptr<http::WebSocket> socket) { socket_ = std::move(socket); }
  void send(http::SharedMessage message, bool is_binary);
  // What is not yet accepted by the kernel. If socket and session are on different threads, the result may be
  // too high, but never too low. After a result above 0 the session is notified when it is 0 again.
  std::size_t queued_bytes();
  void close(http::CloseCode code);
  void drop();

  // On the socket's io thread.
  void on_open(std::shared_ptr<http::WebSocket> socket) override;
  void on_text(std::string_view message) override { receive(message, false); }
  void on_binary(std::string_view message) override { receive(message, true); }
  void on_drained() override;
  void on_too_slow() override;
  void on_close() override;

 private:
  template <class Task>
  void at_home(Task task);
  void receive(std::string_view message, bool is_binary);
  void notify_if_drained();
  void send_on(http::WebSocket& socket, http::SharedMessage message, bool is_binary);

  const std::shared_ptr<LiveSession> session_;
  const bool is_local_;
  const bool is_base64_;
  std::weak_ptr<http::WebSocket> socket_;  // the socket owns this
  bool has_given_up_ = false;              // on the socket's io thread
  // Shared between two threads:
  std::atomic<std::size_t> posted_bytes_{0};    // posted to the socket
  std::atomic<std::size_t> unsent_bytes_{0};    // queued by the socket when it was last asked
  std::atomic<bool> is_drain_awaited_{false};   // the session knows that something is queued
  std::atomic<std::size_t> arriving_bytes_{0};  // posted to the session
};

}  // namespace pollux::engineio
