#include "engineio/session.hpp"

#include <algorithm>
#include <utility>

namespace pollux::engineio {

std::string_view name_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::transport_closed:
      return "transport_closed";
    case CloseReason::client_closed:
      return "client_closed";
    case CloseReason::ping_timeout:
      return "ping_timeout";
    case CloseReason::malformed:
      return "malformed";
    case CloseReason::too_slow:
      return "too_slow";
    case CloseReason::application_closed:
      return "application_closed";
    case CloseReason::draining:
      return "draining";
  }
  return "";
}

std::string_view name_of(Transport transport) {
  return transport == Transport::polling ? "polling" : "websocket";
}

Session::Session(const PingTimes& ping_times, Transport transport, TimePoint now,
                 std::chrono::milliseconds upgrade_time)
    : ping_times_(ping_times),
      upgrade_time_(upgrade_time),
      transport_(transport),
      heartbeat_deadline_(now + ping_times.interval) {}

TimePoint Session::deadline() const {
  return std::min(heartbeat_deadline_, probe_deadline_);
}

// True if the client's time is over, even if tick() was not called since, to ping or to end the session.
bool Session::is_overdue(TimePoint now) const {
  switch (state_) {
    case State::waiting_to_ping:
      return now >= heartbeat_deadline_ + ping_times_.timeout;
    case State::waiting_for_pong:
      return now >= heartbeat_deadline_;
    case State::ended:
      return false;
  }
  return false;
}

Actions Session::tick(TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  Actions actions;
  if (now >= probe_deadline_) actions = drop_probe();
  if (now >= heartbeat_deadline_) {
    state_ = State::waiting_for_pong;
    has_more_time_ = false;
    heartbeat_deadline_ += ping_times_.timeout;
    actions.push_back(Send{PacketType::ping});
  }
  return actions;
}

Actions Session::receive_text(std::string_view packet, TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  const auto decoded = decode_packet(packet);
  if (!decoded) return end(CloseReason::malformed);
  return take(*decoded, now);
}

Actions Session::receive_binary(std::string_view message, TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  note_life(now);
  return {Deliver{message, true}};
}

// The pong may be queued behind something large that the client is still sending. So what arrives in its
// place extends the deadline once.
void Session::note_life(TimePoint now) {
  if (state_ == State::waiting_for_pong && !std::exchange(has_more_time_, true)) {
    heartbeat_deadline_ = now + ping_times_.timeout;
  }
}

Actions Session::take(const Packet& packet, TimePoint now) {
  if (packet.type != PacketType::pong) note_life(now);
  switch (packet.type) {
    case PacketType::message:
      return {Deliver{packet.payload, false}};
    case PacketType::pong:  // also an unsolicited one: the client is alive
      state_ = State::waiting_to_ping;
      heartbeat_deadline_ = now + ping_times_.interval;
      return {};
    case PacketType::noop:
      return {};
    case PacketType::close:
      return end(CloseReason::client_closed);
    case PacketType::open:
    case PacketType::ping:     // in version 4 only the server pings
    case PacketType::upgrade:  // valid only on a WebSocket that is being tried
      return end(CloseReason::malformed);
  }
  return end(CloseReason::malformed);
}

Actions Session::poll(TimePoint now) {
  if (ended()) return {};
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  if (is_polled_) return end(CloseReason::malformed);
  is_polled_ = true;
  // The client may poll again before it reads the answer to its probe. It upgrades only after every poll
  // ends.
  if (probe_ == Probe::answered) return {ReleasePoll{}};
  return {};
}

Actions Session::poll_abandoned() {
  if (ended() || !is_polled_) return {};
  return end(CloseReason::transport_closed);
}

bool Session::begin_probe(TimePoint now) {
  if (ended() || transport_ == Transport::websocket || probe_ != Probe::none) return false;
  probe_ = Probe::opened;
  probe_deadline_ = now + upgrade_time_;
  return true;
}

Actions Session::receive_probe_text(std::string_view packet, TimePoint now) {
  if (probe_ == Probe::none) return {};
  if (ended()) return drop_probe();
  if (is_overdue(now)) return end(CloseReason::ping_timeout);
  if (now >= probe_deadline_) return drop_probe();
  if (probe_ == Probe::opened && packet == "2probe") {
    probe_ = Probe::answered;
    return {AnswerProbe{}, ReleasePoll{}};
  }
  if (probe_ == Probe::answered && packet == "5") {
    probe_closed();
    transport_ = Transport::websocket;
    is_polled_ = false;
    return {Switch{}};
  }
  return drop_probe();
}

Actions Session::receive_probe_binary() {
  return probe_ == Probe::none ? Actions{} : drop_probe();
}

Actions Session::drop_probe() {
  probe_closed();
  return {DropProbe{}};
}

void Session::probe_closed() {
  probe_ = Probe::none;
  probe_deadline_ = TimePoint::max();
}

Actions Session::end(CloseReason reason) {
  if (ended()) return {};
  Actions actions;
  // Once the probe is answered, the client stops polling. If the WebSocket closed now, the client might have
  // no transport until its own ping timeout. So the upgrade is awaited, and rejected then.
  if (probe_ == Probe::opened) actions = drop_probe();
  state_ = State::ended;
  is_polled_ = false;
  heartbeat_deadline_ = TimePoint::max();
  probe_deadline_ = TimePoint::max();
  actions.push_back(End{reason});
  return actions;
}

}  // namespace pollux::engineio
