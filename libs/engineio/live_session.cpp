#include "engineio/live_session.hpp"

#include <utility>
#include <variant>

#include "engineio/base64.hpp"

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

template <class... Visits>
struct Visitor : Visits... {
  using Visits::operator()...;
};
template <class... Visits>
Visitor(Visits...) -> Visitor<Visits...>;

}  // namespace

LiveSession::LiveSession(std::shared_ptr<ServerContext> server, std::unique_ptr<SessionRegistry::Place> place,
                         std::shared_ptr<Listener> listener, std::shared_ptr<ThreadSessions> home)
    : server_(std::move(server)),
      place_(std::move(place)),
      listener_(std::move(listener)),
      home_(std::move(home)) {}

LiveSession::~LiveSession() {
  uncount();
}

void LiveSession::start(Transport transport) {
  session_.emplace(options().heartbeat, transport, now(), options().upgrade_time);
  is_counted_ = true;
  ++server_->statistics.sessions;
  ++server_->statistics.by_transport[static_cast<std::size_t>(transport)];
  ++server_->statistics.opened;
  place_at_home_ = home_->add(shared_from_this());
  place_->take(weak_from_this());
}

bool LiveSession::uncount() {
  if (!std::exchange(is_counted_, false)) return false;
  --server_->statistics.sessions;
  --server_->statistics.by_transport[static_cast<std::size_t>(session_->transport())];
  return true;
}

void LiveSession::leave() {
  if (uncount()) home_->remove(place_at_home_);
}

void LiveSession::closed() {
  ++server_->statistics.closed[static_cast<std::size_t>(reason_)];
  leave();
  listener_->on_close(reason_);
}

void LiveSession::socket_opened(WebSocketTransport& socket) {
  if (!session_) {
    socket_ = socket.weak_from_this();
    start(Transport::websocket);
    send_text(
        std::make_shared<const std::string>(open_packet(place_->id(), Transport::websocket, options())));
    listener_->on_open(*this);
    // The drain that closed all others may have run while this one was shaking hands.
    if (server_->draining) close(CloseReason::draining);
  } else if (probe_.lock().get() != &socket) {
    socket.close(http::CloseCode::normal);  // the session ended, or gave it up, while it was shaking hands
  }
}

void LiveSession::socket_received(WebSocketTransport& socket, std::string_view message, bool is_binary) {
  if (probe_.lock().get() == &socket) {
    perform(is_binary ? session_->receive_probe_binary() : session_->receive_probe_text(message, now()));
  } else if (socket_.lock().get() == &socket) {
    ++server_->statistics.received;
    receive(message, is_binary);
  }
}

// A client that cannot send binary frames writes them as it would in a polling payload.
void LiveSession::receive(std::string_view message, bool is_binary) {
  if (is_binary) return perform(session_->receive_binary(message, now()));
  if (!message.starts_with('b')) return perform(session_->receive_text(message, now()));
  const auto bytes = decode_base64(message.substr(1));
  bytes ? perform(session_->receive_binary(*bytes, now())) : close(CloseReason::malformed);
}

void LiveSession::socket_drained(WebSocketTransport& socket) {
  if (is_open() && socket_.lock().get() == &socket) listener_->on_drained();
}

void LiveSession::socket_closed(WebSocketTransport& socket) {
  if (!session_) {  // the handshake failed
    place_.reset();
  } else if (probe_.lock().get() == &socket) {
    probe_.reset();
    session_->probe_closed();
  } else if (socket_.lock().get() == &socket) {
    socket_.reset();
    place_.reset();
    session_->end(reason_);
    closed();
  }
}

void LiveSession::tick(TimePoint now) {
  if (!is_open()) return;
  if (now >= session_->deadline()) perform(session_->tick(now));
  if (is_open() && wake_at_ && now >= *wake_at_) {
    wake_at_.reset();
    listener_->on_wake();
  }
}

void LiveSession::perform(const Actions& actions) {
  for (const Action& action : actions) perform(action);
}

void LiveSession::perform(const Action& action) {
  std::visit(
      Visitor{
          [this](const Send&) { send_text(server_->ping); },  // the only one that the state machine sends
          [this](const Deliver& message) {
            message.binary ? listener_->on_binary(message.payload) : listener_->on_text(message.payload);
          },
          [this](const AnswerProbe&) {
            const auto answer = std::make_shared<const std::string>(encode_packet(PacketType::pong, "probe"));
            if (const auto probe = probe_.lock()) probe->send(answer, false);
          },
          [this](const ReleasePoll&) { release_poll(); }, [this](const Switch&) { switch_to_web_socket(); },
          [this](const DropProbe&) {
            if (const auto probe = std::exchange(probe_, {}).lock()) {
              probe->close(http::CloseCode::normal);
            }
          },
          [this](const End& end) { finish(end.reason); }},
      action);
}

// The listener hears of the end later, not within one of its own calls; in line, because many sessions may
// end at once, each with thousands of messages that wait for its client.
void LiveSession::finish(CloseReason reason) {
  reason_ = reason;
  if (const auto probe = probe_.lock()) {  // a client in the middle of its upgrade
    home_->after(options().close_timeout, [probe] { probe->drop(); });
  }
  if (polling_) {
    release_last_poll(reason);
    place_.reset();
    home_->task_queue().push(
        [self = shared_from_this(), left = polling_->take_queue()](TimePoint end) mutable {
          for (; !left.empty(); left.pop_back()) {
            if (now() >= end) return true;
          }
          self->closed();
          return false;
        });
  } else if (const auto socket = socket_.lock()) {
    is_unresponsive(reason) ? socket->drop() : socket->close(close_code_for(reason));
  }
}

void LiveSession::close(CloseReason reason) {
  if (is_open()) perform(session_->end(reason));
}

void LiveSession::send(http::SharedMessage message, bool is_binary) {
  if (!is_open()) return;
  if (polling_) return send_by_polling(std::move(message), is_binary);
  const auto socket = socket_.lock();
  if (!socket) return;
  ++server_->statistics.sent;
  socket->send(std::move(message), is_binary);
}

std::size_t LiveSession::queued_bytes() const {
  if (polling_) return polling_->is_waiting() ? 0 : polling_->queued_bytes();
  const auto socket = socket_.lock();
  return socket ? socket->queued_bytes() : 0;
}

}  // namespace pollux::engineio
