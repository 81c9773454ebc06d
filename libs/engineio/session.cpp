#include "engineio/session.hpp"

namespace pollux::engineio {

Session::Session(const Heartbeat& heartbeat, TimePoint now)
    : heartbeat_(heartbeat), deadline_(now + heartbeat.ping_interval) {}

// Whether the client's time is over, even where nobody has called tick() since, for the ping or for its end.
bool Session::is_overdue(TimePoint now) const {
  switch (state_) {
    case State::waiting_to_ping:
      return now >= deadline_ + heartbeat_.ping_timeout;
    case State::waiting_for_pong:
      return now >= deadline_;
    case State::ended:
      return false;
  }
  return false;
}

Actions Session::tick(TimePoint now) {
  if (ended() || now < deadline_) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  state_ = State::waiting_for_pong;
  deadline_ += heartbeat_.ping_timeout;
  return {Send{PacketType::ping}};
}

Actions Session::receive_text(std::string_view message, TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  const auto packet = decode_packet(message);
  if (!packet) return end(CloseReason::malformed);
  return take(*packet, now);
}

Actions Session::receive_binary(std::string_view message, TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  return {Deliver{message, true}};
}

Actions Session::take(const Packet& packet, TimePoint now) {
  switch (packet.type) {
    case PacketType::message:
      return {Deliver{packet.payload, false}};
    case PacketType::pong:  // also one that nobody asked for: the client lives
      state_ = State::waiting_to_ping;
      deadline_ = now + heartbeat_.ping_interval;
      return {};
    case PacketType::noop:
      return {};
    case PacketType::close:
      return end(CloseReason::client_closed);
    case PacketType::open:
    case PacketType::ping:     // in version 4 the server pings
    case PacketType::upgrade:  // there is nothing to upgrade from
      return end(CloseReason::malformed);
  }
  return end(CloseReason::malformed);
}

Actions Session::end(CloseReason reason) {
  if (ended()) return {};
  state_ = State::ended;
  deadline_ = TimePoint::max();
  return {End{reason}};
}

}  // namespace pollux::engineio
