#include "engineio/web_socket_transport.hpp"

#include <string>
#include <utility>

#include "engineio/codec.hpp"
#include "engineio/live_session.hpp"

namespace pollux::engineio {
namespace {

constexpr std::size_t cost_of_post = 128;  // overhead of a posted message

http::SharedMessage as_text(std::string_view bytes) {
  std::string text;
  append_binary_packet(text, bytes);
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

WebSocketTransport::WebSocketTransport(std::shared_ptr<LiveSession> session, bool is_local, bool is_base64)
    : session_(std::move(session)), is_local_(is_local), is_base64_(is_base64) {}

WebSocketTransport::~WebSocketTransport() = default;

// Runs `task` on the session's io thread.
template <class Task>
void WebSocketTransport::at_home(Task task) {
  if (is_local_) {
    task(*session_);
  } else {
    session_->post([self = shared_from_this(), task = std::move(task)]() mutable { task(*self->session_); });
  }
}

void WebSocketTransport::on_open(std::shared_ptr<http::WebSocket> socket) {
  at_home([this, weak = std::weak_ptr(socket)](LiveSession& session) {
    set_socket(weak);
    session.socket_opened(*this);
  });
}

void WebSocketTransport::receive(std::string_view message, bool is_binary) {
  if (is_local_) return session_->socket_received(*this, message, is_binary);

  // The socket does not wait for the session to take a message. No well-behaved client sends this much
  // meanwhile.
  const std::size_t cost = message.size() + cost_of_post;
  const auto& options = session_->options();
  if (has_given_up_) return;
  if (arriving_bytes_ > 0 && arriving_bytes_ + cost > options.buffered_bytes + options.max_payload) {
    has_given_up_ = true;
    return at_home([this](LiveSession&) { drop(); });
  }
  arriving_bytes_ += cost;
  at_home([this, cost, is_binary, copy = std::string(message)](LiveSession& session) {
    arriving_bytes_ -= cost;
    session.socket_received(*this, copy, is_binary);
  });
}

void WebSocketTransport::on_drained() {
  if (is_local_) return session_->socket_drained(*this);
  unsent_bytes_ = 0;
  notify_if_drained();
}

// On the socket's io thread. The session sets is_drain_awaited_ before it reads the byte counts, and this
// reads it after changing them, so one of the two sees the other's change.
void WebSocketTransport::notify_if_drained() {
  if (posted_bytes_ + unsent_bytes_ > 0 || !is_drain_awaited_.exchange(false)) return;
  at_home([this](LiveSession& session) { session.socket_drained(*this); });
}

// Before on_close(), which reaches the session after this, on its thread.
void WebSocketTransport::on_too_slow() {
  at_home([this](LiveSession& session) { session.socket_too_slow(*this); });
}

void WebSocketTransport::on_close() {
  at_home([this](LiveSession& session) { session.socket_closed(*this); });
}

void WebSocketTransport::send(http::SharedMessage message, bool is_binary) {
  const auto socket = socket_.lock();
  if (!socket) return;
  if (is_binary && is_base64_) {
    message = as_text(*message);
    is_binary = false;
  }
  if (is_local_) return send_on(*socket, std::move(message), is_binary);

  posted_bytes_ += message->size();
  socket->post([self = shared_from_this(), socket, message = std::move(message), is_binary]() mutable {
    self->posted_bytes_ -= message->size();
    self->send_on(*socket, std::move(message), is_binary);
    self->unsent_bytes_ = socket->queued_bytes();
    self->notify_if_drained();
    // The socket reports only its own queue as drained; the posted messages are a queue, too.
    if (self->posted_bytes_ == 0 && self->unsent_bytes_ == 0) self->on_drained();
  });
}

// On the socket's io thread. Ends the session of a client that does not read.
void WebSocketTransport::send_on(http::WebSocket& socket, http::SharedMessage message, bool is_binary) {
  const std::size_t waiting = socket.queued_bytes();
  if (waiting > 0 && waiting + message->size() > session_->options().buffered_bytes) {
    return at_home([](LiveSession& session) { session.close(CloseReason::too_slow); });
  }
  is_binary ? socket.send_binary(std::move(message)) : socket.send_text(std::move(message));
}

std::size_t WebSocketTransport::queued_bytes() {
  if (is_local_) {
    const auto socket = socket_.lock();
    return socket ? socket->queued_bytes() : 0;
  }
  is_drain_awaited_ = true;
  const std::size_t queued = posted_bytes_ + unsent_bytes_;
  if (queued == 0) is_drain_awaited_ = false;
  return queued;
}

void WebSocketTransport::close(http::CloseCode code) {
  if (const auto socket = socket_.lock()) socket->close(code);
}

void WebSocketTransport::drop() {
  if (const auto socket = socket_.lock()) socket->drop();
}

}  // namespace pollux::engineio
