#include "engineio/live_session.hpp"

#include <utility>
#include <variant>

#include "base/encoding.hpp"

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

// True if the client is not expected to read a close frame.
bool is_unresponsive(CloseReason reason) {
  return reason == CloseReason::ping_timeout || reason == CloseReason::too_slow;
}

template <class... Visits>
struct Visitor : Visits... {
  using Visits::operator()...;
};
template <class... Visits>
Visitor(Visits...) -> Visitor<Visits...>;

// A poll is answered by the next ping at the latest, or when the session ends. This is longer than either.
std::chrono::milliseconds longest_poll(const PingTimes& ping_times) {
  return ping_times.interval + ping_times.timeout + std::chrono::seconds(5);
}

}  // namespace

LiveSession::LiveSession(std::shared_ptr<ServerContext> server, std::unique_ptr<SessionRegistry::Place> place,
                         std::shared_ptr<Listener> listener, std::shared_ptr<ThreadSessions> home)
    : server_(std::move(server)),
      place_(std::move(place)),
      listener_(std::move(listener)),
      home_(std::move(home)),
      posts_(home_->task_queue(), options().payload_packets) {}

LiveSession::~LiveSession() {
  uncount();
}

void LiveSession::start(Transport transport) {
  session_.emplace(options().ping_times, transport, now(), options().upgrade_time);
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
    // drain() may have closed the other sessions during this handshake.
    if (server_->draining) close(CloseReason::draining);
  } else if (probe_.lock().get() != &socket) {
    socket.close(http::CloseCode::normal);  // the session ended or dropped the probe during the handshake
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

// A client without binary frames encodes binary messages as in a polling payload.
void LiveSession::receive(std::string_view message, bool is_binary) {
  if (is_binary) return perform(session_->receive_binary(message, now()));
  if (!message.starts_with('b')) return perform(session_->receive_text(message, now()));
  const auto bytes = decode_base64(message.substr(1));
  bytes ? perform(session_->receive_binary(*bytes, now())) : close(CloseReason::malformed);
}

void LiveSession::socket_drained(WebSocketTransport& socket) {
  if (is_open() && socket_.lock().get() == &socket) listener_->on_drained();
}

// Otherwise the session would end with transport_closed, as if the client had gone.
void LiveSession::socket_too_slow(WebSocketTransport& socket) {
  if (socket_.lock().get() == &socket) close(CloseReason::too_slow);
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
          [this](const Send&) { send_text(server_->ping); },  // the state machine sends nothing else
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

// The listener is notified later, not within one of its own calls, and by a queued task, because many
// sessions may end at once, each with thousands of queued messages to destroy.
void LiveSession::finish(CloseReason reason) {
  reason_ = reason;
  if (const auto probe = probe_.lock()) {  // the client is upgrading
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

void LiveSession::open(const http::Request& request, const http::Reply& reply) {
  polling_ = std::make_unique<PollingTransport>(*server_);
  start(Transport::polling);
  ++server_->statistics.sent;
  server_->answer(open_packet(place_->id(), Transport::polling, options()), request, reply);
  listener_->on_open(*this);
  if (server_->draining) close(CloseReason::draining);
}

void LiveSession::handle(const http::Request& request, const Target& target, const http::Reply& reply,
                         bool is_local) {
  tick(now());  // a session that is overdue has ended, even if the timer has not checked it yet
  if (!is_open()) return server_->reject(RejectReason::unknown_session, request, reply);
  const auto reason = check_session_request(request, target, session_->transport(), options());
  if (reason) return server_->reject(*reason, request, reply);
  if (request.wants_websocket) return try_web_socket(request, reply, is_local, target.is_base64);
  request.method == http::Method::get ? poll(request, reply) : take_payload(request, reply);
}

void LiveSession::poll(const http::Request& request, const http::Reply& reply) {
  const Actions actions = session_->poll(now());
  if (!is_open()) {
    perform(actions);
    return server_->reject(RejectReason::broken_transfer, request, reply);
  }
  reply.wait_at_most(longest_poll(options().ping_times));
  const auto number = polling_->wait(request, reply);
  reply.on_abandoned([self = shared_from_this(), number] {
    self->post([self, number] {
      if (self->polling_ && self->polling_->is_waiting(number))
        self->perform(self->session_->poll_abandoned());
    });
  });
  perform(actions);
  flush();
}

void LiveSession::take_payload(const http::Request& request, const http::Reply& reply) {
  if (!posts_.can_receive(request)) {
    close(CloseReason::malformed);
    return server_->reject(RejectReason::broken_transfer, request, reply);
  }
  posts_.receive(
      request.body,
      [self = shared_from_this()](const std::optional<PayloadPacket>& packet, TimePoint now) {
        return self->receive_posted(packet, now);
      },
      [self = shared_from_this(), request, reply] { self->answer_payload(request, reply); });
}

bool LiveSession::receive_posted(const std::optional<PayloadPacket>& packet, TimePoint now) {
  if (!is_open()) return false;
  if (!packet) {
    close(CloseReason::malformed);
    return false;
  }
  ++server_->statistics.received;
  perform(packet->is_binary ? session_->receive_binary(packet->bytes, now)
                            : session_->receive_text(packet->text, now));
  return is_open();
}

void LiveSession::answer_payload(const http::Request& request, const http::Reply& reply) {
  if (session_->ended() && reason_ == CloseReason::malformed) {
    return server_->reject(RejectReason::bad_request, request, reply);
  }
  server_->answer(http::Body::of_static("ok"), request, reply);
}

void LiveSession::send_by_polling(http::SharedMessage message, bool is_binary) {
  if (polling_->has_queued() && polling_->queued_bytes() + message->size() > options().buffered_bytes) {
    return close(CloseReason::too_slow);
  }
  ++server_->statistics.sent;
  polling_->push(std::move(message), is_binary);
  flush_soon();
}

// Posted, so that one response carries everything that is sent within one call.
void LiveSession::flush_soon() {
  if (!polling_->is_waiting() || std::exchange(flushes_soon_, true)) return;
  post([self = shared_from_this()] {
    self->flushes_soon_ = false;
    self->flush();
  });
}

void LiveSession::flush() {
  if (!is_open() || !polling_ || !polling_->is_waiting() || !polling_->has_queued()) return;
  polling_->flush();
  session_->poll_answered();
  listener_->on_drained();
}

void LiveSession::release_poll() {
  if (polling_->has_queued()) return flush();
  polling_->answer(PacketType::noop);
  session_->poll_answered();
}

// Some clients do not reconnect after a `close` packet. A server that shuts down therefore answers with an
// error, after which all of them reconnect.
void LiveSession::release_last_poll(CloseReason reason) {
  if (reason != CloseReason::draining) {
    return polling_->flush_with(reason == CloseReason::client_closed ? PacketType::noop : PacketType::close);
  }
  polling_->has_queued() ? polling_->flush() : polling_->reject(RejectReason::draining);
}

void LiveSession::try_web_socket(const http::Request& request, const http::Reply& reply, bool is_local,
                                 bool is_base64) {
  if (!session_->begin_probe(now())) {
    return server_->reject(RejectReason::surplus_web_socket, request, reply);
  }
  ++server_->statistics.probes;
  const auto probe = std::make_shared<WebSocketTransport>(shared_from_this(), is_local, is_base64);
  probe_ = probe;
  reply.upgrade(server_->web_socket_options(), probe);
}

void LiveSession::switch_to_web_socket() {
  auto& statistics = server_->statistics;
  --statistics.by_transport[static_cast<std::size_t>(Transport::polling)];
  ++statistics.by_transport[static_cast<std::size_t>(Transport::websocket)];
  ++statistics.upgraded;
  socket_ = std::exchange(probe_, {});
  const auto polling = std::move(polling_);
  polling->answer(PacketType::noop);
  const auto socket = socket_.lock();
  if (!socket) return;
  for (auto& [message, is_binary] : polling->take_queue()) socket->send(std::move(message), is_binary);
  if (is_open() && socket->queued_bytes() == 0) listener_->on_drained();
}

}  // namespace pollux::engineio
