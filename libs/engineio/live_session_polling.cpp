// How a session is served by polling, and how it comes from there to a WebSocket.
#include <utility>

#include "base/bounded_text.hpp"
#include "engineio/live_session.hpp"

namespace pollux::engineio {
namespace {

using std::chrono::steady_clock;

// A poll is answered by the next ping at the latest, or when the session ends. This is longer than both.
std::chrono::milliseconds longest_poll(const Heartbeat& heartbeat) {
  return heartbeat.ping_interval + heartbeat.ping_timeout + std::chrono::seconds(5);
}

// Honest clients send few packets at a time: these are received at once, more of them when others have had
// their turn.
constexpr std::size_t packets_at_once = 16;

// In protocol 3 this was how binary payloads travelled.
bool is_octet_stream(const http::Request& request) {
  return request.header("Content-Type").starts_with("application/octet-stream");
}

}  // namespace

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
  tick(steady_clock::now());  // what is overdue is over, even where the timer has not looked yet
  if (!is_open()) return server_->reject(RejectReason::unknown_session, request, reply);
  const auto reason = check_session_request(request, target, session_->transport(), options());
  if (reason) return server_->reject(*reason, request, reply);
  if (request.wants_websocket) return try_web_socket(request, reply, is_local, target.is_base64);
  request.method == http::Method::get ? poll(request, reply) : take_payload(request, reply);
}

void LiveSession::poll(const http::Request& request, const http::Reply& reply) {
  const Actions actions = session_->poll(steady_clock::now());
  if (!is_open()) {
    perform(actions);
    return server_->reject(RejectReason::broken_transfer, request, reply);
  }
  reply.wait_at_most(longest_poll(options().heartbeat));
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
  if (is_octet_stream(request) || is_receiving_) {
    close(CloseReason::malformed);
    return server_->reject(RejectReason::broken_transfer, request, reply);
  }
  if (has_more_packets_than(options().payload_packets, request.body)) {
    close(CloseReason::malformed);
    return answer_payload(request, reply);
  }
  PayloadReader payload(request.body);
  for (std::size_t count = 0; count < packets_at_once; ++count) {
    if (!receive_next(payload, steady_clock::now())) return answer_payload(request, reply);
  }
  is_receiving_ = true;
  home_->task_queue().push([self = shared_from_this(), request, reply, payload](TimePoint end) mutable {
    for (auto now = steady_clock::now(); now < end; now = steady_clock::now()) {
      if (self->receive_next(payload, now)) continue;
      self->is_receiving_ = false;
      self->answer_payload(request, reply);
      return false;
    }
    return true;
  });
}

// False where nothing is left, or the session has ended.
bool LiveSession::receive_next(PayloadReader& payload, TimePoint now) {
  if (!is_open() || payload.at_end()) return false;
  const auto packet = payload.next();

  if (!packet || (!packet->is_binary && !is_utf8(packet->text))) {
    close(CloseReason::malformed);
    return false;
  }
  ++server_->statistics.received;
  perform(packet->is_binary ? session_->receive_binary(packet->bytes, now)
                            : session_->receive_text(packet->text, now));
  return true;
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

// Not at once, so that one answer carries all that is sent within one call.
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

// Some clients take a `close` packet for the server's wish that they stay away. A server that is only going
// away therefore ends with an error: from that all of them come back.
void LiveSession::release_last_poll(CloseReason reason) {
  if (reason != CloseReason::draining) {
    return polling_->flush_with(reason == CloseReason::client_closed ? PacketType::noop : PacketType::close);
  }
  polling_->has_queued() ? polling_->flush() : polling_->reject(RejectReason::draining);
}

void LiveSession::try_web_socket(const http::Request& request, const http::Reply& reply, bool is_local,
                                 bool is_base64) {
  if (!session_->begin_probe(steady_clock::now())) {
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
