// An open session: passes events of its transports and the timer to the state machine and performs its
// actions.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "engineio/codec.hpp"
#include "engineio/polling_transport.hpp"
#include "engineio/post_receiver.hpp"
#include "engineio/server_context.hpp"
#include "engineio/session.hpp"
#include "engineio/thread_sessions.hpp"
#include "engineio/web_socket_transport.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace pollux::engineio {

// Lives on the io thread of its handshake, its home. All members are for that thread, except post() and
// options().
class LiveSession final : public Connection, public std::enable_shared_from_this<LiveSession> {
 public:
  LiveSession(std::shared_ptr<ServerContext> server, std::unique_ptr<SessionRegistry::Place> place,
              std::shared_ptr<Listener> listener, std::shared_ptr<ThreadSessions> home);
  ~LiveSession() override;

  // Opens the session by answering a polling handshake. A WebSocket session opens with its socket.
  void open(const http::Request& request, const http::Reply& reply);
  // A request with this session's id. `is_local`: it arrived on the session's io thread.
  void handle(const http::Request& request, const Target& target, const http::Reply& reply, bool is_local);

  // Events of the session's WebSocket, or of one that is being tried.
  void socket_opened(WebSocketTransport& socket);
  void socket_received(WebSocketTransport& socket, std::string_view message, bool is_binary);
  void socket_drained(WebSocketTransport& socket);
  void socket_too_slow(WebSocketTransport& socket);  // its closing follows
  void socket_closed(WebSocketTransport& socket);

  void tick(TimePoint now);
  void post(std::function<void()> task) { home_->post(std::move(task)); }
  const Options& options() const { return server_->options; }

  void send_text(http::SharedMessage packet) override { send(std::move(packet), false); }
  void send_binary(http::SharedMessage bytes) override { send(std::move(bytes), true); }
  std::size_t queued_bytes() const override;
  void wake_at(std::optional<TimePoint> time) override { wake_at_ = time; }
  void close(CloseReason reason) override;
  std::size_t thread() const override { return home_->index(); }

 private:
  bool is_open() const { return session_ && !session_->ended(); }
  void start(Transport transport);
  bool uncount();
  void leave();
  void closed();

  void poll(const http::Request& request, const http::Reply& reply);
  void take_payload(const http::Request& request, const http::Reply& reply);
  bool receive_posted(const std::optional<PayloadPacket>& packet, TimePoint now);
  void answer_payload(const http::Request& request, const http::Reply& reply);
  void flush_soon();
  void flush();
  void release_poll();
  void release_last_poll(CloseReason reason);

  void try_web_socket(const http::Request& request, const http::Reply& reply, bool is_local, bool is_base64);
  void switch_to_web_socket();
  void receive(std::string_view message, bool is_binary);

  void send(http::SharedMessage message, bool is_binary);
  void send_by_polling(http::SharedMessage message, bool is_binary);
  void perform(const Actions& actions);
  void perform(const Action& action);
  void finish(CloseReason reason);

  std::shared_ptr<ServerContext> server_;
  std::unique_ptr<SessionRegistry::Place> place_;
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<ThreadSessions> home_;
  PostReceiver posts_;
  std::optional<Session> session_;             // from its opening
  std::unique_ptr<PollingTransport> polling_;  // while it is the transport
  std::weak_ptr<WebSocketTransport> socket_;   // while it is the transport; it owns this
  std::weak_ptr<WebSocketTransport> probe_;    // the WebSocket that is being tried
  std::optional<TimePoint> wake_at_;
  CloseReason reason_ = CloseReason::transport_closed;
  bool is_counted_ = false;
  ThreadSessions::Sessions::iterator place_at_home_{};  // while counted
  bool flushes_soon_ = false;
};

}  // namespace pollux::engineio
