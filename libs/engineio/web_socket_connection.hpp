// A session on WebSocket: carries events from the socket and the timer to the state machine, and its actions
// out.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "engineio/connection.hpp"
#include "engineio/options.hpp"
#include "engineio/session.hpp"
#include "engineio/session_registry.hpp"
#include "engineio/statistics.hpp"
#include "engineio/thread_sessions.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

// What all sessions of a server have in common.
struct ServerContext {
  explicit ServerContext(Options given)
      : options(std::move(given)),
        registry(std::make_shared<SessionRegistry>(options.sessions, options.sessions_per_address)) {}

  const Options options;
  const std::shared_ptr<SessionRegistry> registry;
  Statistics statistics;
  std::atomic<bool> draining{false};
  const http::SharedMessage ping = std::make_shared<const std::string>(encode_packet(PacketType::ping));
};

class WebSocketConnection : public Connection,
                            public http::WebSocketListener,
                            public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(std::shared_ptr<ServerContext> server, std::unique_ptr<SessionRegistry::Place> place,
                      std::shared_ptr<Listener> listener, std::shared_ptr<ThreadSessions> thread);
  ~WebSocketConnection() override;

  void tick(TimePoint now);

  void send_text(http::SharedMessage packet) override;
  void send_binary(http::SharedMessage bytes) override;
  std::size_t queued_bytes() const override;
  void wake_at(std::optional<TimePoint> time) override { wake_at_ = time; }
  void close(CloseReason reason) override;
  std::size_t thread() const override { return thread_->index(); }

  void on_open(std::shared_ptr<http::WebSocket> socket) override;
  void on_text(std::string_view message) override;
  void on_binary(std::string_view message) override;
  void on_drained() override;
  void on_close() override;

 private:
  bool is_open() const { return session_ && !session_->ended(); }
  std::shared_ptr<http::WebSocket> socket_for(std::size_t bytes);
  void perform(const Actions& actions);
  void finish(CloseReason reason);
  void leave();

  std::shared_ptr<ServerContext> server_;
  std::unique_ptr<SessionRegistry::Place> place_;
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<ThreadSessions> thread_;
  std::weak_ptr<http::WebSocket> socket_;  // the socket keeps us
  std::optional<Session> session_;         // from on_open
  std::optional<TimePoint> wake_at_;
  CloseReason reason_ = CloseReason::transport_closed;
  bool is_counted_ = false;
};

}  // namespace pollux::engineio
