#include "engineio/web_socket_connection.hpp"

#include <utility>
#include <variant>

#include "engineio/handshake.hpp"

namespace pollux::engineio {
namespace {

TimePoint now() {
  return std::chrono::steady_clock::now();
}

http::CloseCode close_code_for(CloseReason reason) {
  if (reason == CloseReason::malformed) return http::CloseCode::protocol_error;
  if (reason == CloseReason::draining) return http::CloseCode::going_away;
  return http::CloseCode::normal;
}

// Whether the client is past reading a farewell.
bool is_unresponsive(CloseReason reason) {
  return reason == CloseReason::ping_timeout || reason == CloseReason::too_slow;
}

}  // namespace

WebSocketConnection::WebSocketConnection(std::shared_ptr<ServerContext> server,
                                         std::unique_ptr<SessionRegistry::Place> place,
                                         std::shared_ptr<Listener> listener,
                                         std::shared_ptr<ThreadSessions> thread)
    : server_(std::move(server)),
      place_(std::move(place)),
      listener_(std::move(listener)),
      thread_(std::move(thread)) {}

WebSocketConnection::~WebSocketConnection() {
  leave();
}

void WebSocketConnection::on_open(std::shared_ptr<http::WebSocket> socket) {
  socket_ = socket;
  session_.emplace(server_->options.heartbeat, now());
  is_counted_ = true;
  ++server_->statistics.sessions;
  ++server_->statistics.opened;
  thread_->add(*this);
  send_text(std::make_shared<const std::string>(open_packet(place_->id(), server_->options)));
  listener_->on_open(*this);
  // The drain that closed all others may have run while this one was shaking hands.
  if (server_->draining) close(CloseReason::draining);
}

void WebSocketConnection::on_text(std::string_view message) {
  ++server_->statistics.received;
  perform(session_->receive_text(message, now()));
}

void WebSocketConnection::on_binary(std::string_view message) {
  ++server_->statistics.received;
  perform(session_->receive_binary(message, now()));
}

void WebSocketConnection::on_drained() {
  if (is_open()) listener_->on_drained();
}

void WebSocketConnection::on_close() {
  place_.reset();
  if (!session_) return;  // the handshake failed
  if (!session_->ended()) session_->end(reason_);
  ++server_->statistics.closed[static_cast<std::size_t>(reason_)];
  leave();
  listener_->on_close(reason_);
}

// Out of everything that counts us; also where the io threads ended before the socket did.
void WebSocketConnection::leave() {
  if (!std::exchange(is_counted_, false)) return;
  --server_->statistics.sessions;
  thread_->remove(*this);
}

void WebSocketConnection::tick(TimePoint now) {
  if (!is_open()) return;
  if (now >= session_->deadline()) perform(session_->tick(now));
  if (is_open() && wake_at_ && now >= *wake_at_) {
    wake_at_.reset();
    listener_->on_wake();
  }
}

void WebSocketConnection::perform(const Actions& actions) {
  for (const Action& action : actions) {
    if (std::holds_alternative<Send>(action)) {
      send_text(server_->ping);  // the only packet without payload that a server sends on WebSocket
    } else if (const auto* deliver = std::get_if<Deliver>(&action)) {
      deliver->binary ? listener_->on_binary(deliver->payload) : listener_->on_text(deliver->payload);
    } else {
      finish(std::get<End>(action).reason);
    }
  }
}

void WebSocketConnection::finish(CloseReason reason) {
  reason_ = reason;
  const auto socket = socket_.lock();
  if (!socket) return;
  is_unresponsive(reason) ? socket->drop() : socket->close(close_code_for(reason));
}

void WebSocketConnection::close(CloseReason reason) {
  if (is_open()) perform(session_->end(reason));
}

// The socket to send so many bytes on; null where the session is over, or ends now because the client does
// not read.
std::shared_ptr<http::WebSocket> WebSocketConnection::socket_for(std::size_t bytes) {
  if (!is_open()) return nullptr;
  auto socket = socket_.lock();
  if (!socket) return nullptr;
  const std::size_t waiting = socket->queued_bytes();
  if (waiting > 0 && waiting + bytes > server_->options.buffered_bytes) {
    close(CloseReason::too_slow);
    return nullptr;
  }
  ++server_->statistics.sent;
  return socket;
}

void WebSocketConnection::send_text(http::SharedMessage packet) {
  if (const auto socket = socket_for(packet->size())) socket->send_text(std::move(packet));
}

void WebSocketConnection::send_binary(http::SharedMessage bytes) {
  if (const auto socket = socket_for(bytes->size())) socket->send_binary(std::move(bytes));
}

std::size_t WebSocketConnection::queued_bytes() const {
  const auto socket = socket_.lock();
  return socket ? socket->queued_bytes() : 0;
}

}  // namespace pollux::engineio
