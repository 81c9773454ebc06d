// One Engine.IO session as a state machine without sockets, timers or a clock. Its methods are events with
// their time; they return the actions to perform, in order.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <variant>

#include <boost/container/static_vector.hpp>

#include "engineio/codec.hpp"
#include "engineio/options.hpp"

namespace pollux::engineio {

using TimePoint = std::chrono::steady_clock::time_point;

enum class Transport { polling, websocket };

inline constexpr std::size_t transports = 2;

// "polling" or "websocket", as in the protocol.
std::string_view name_of(Transport transport);

// Why a session ended.
enum class CloseReason {
  transport_closed,    // the connection was closed or lost
  client_closed,       // the client sent a close packet
  ping_timeout,        // no pong in time
  malformed,           // the client violated the protocol
  too_slow,            // more than Options::buffered_bytes were queued, or too few were read for write_time
  application_closed,  // the application closed it
  draining,            // the server is shutting down
};

inline constexpr std::size_t close_reasons = 7;

// The enumerator's name, for logs and metrics.
std::string_view name_of(CloseReason reason);

// Send this packet, without payload, to the client.
struct Send {
  PacketType type;
  friend bool operator==(const Send&, const Send&) = default;
};

// Deliver this message to the application. The payload points into what was received.
struct Deliver {
  std::string_view payload;
  bool binary = false;
  friend bool operator==(const Deliver&, const Deliver&) = default;
};

// Answer the probe on the WebSocket that the client tries.
struct AnswerProbe {
  friend bool operator==(const AnswerProbe&, const AnswerProbe&) = default;
};

// Answer the waiting poll, if any, with what is queued or else a `noop`, so that the client can stop polling.
struct ReleasePoll {
  friend bool operator==(const ReleasePoll&, const ReleasePoll&) = default;
};

// Make the probed WebSocket the transport: release the poll, send there what is queued.
struct Switch {
  friend bool operator==(const Switch&, const Switch&) = default;
};

// Close the WebSocket that the client tries. The session continues.
struct DropProbe {
  friend bool operator==(const DropProbe&, const DropProbe&) = default;
};

// Close the transport and notify the application. No action follows.
struct End {
  CloseReason reason;
  friend bool operator==(const End&, const End&) = default;
};

using Action = std::variant<Send, Deliver, AnswerProbe, ReleasePoll, Switch, DropProbe, End>;
using Actions = boost::container::static_vector<Action, 2>;

// Times must not decrease. Deadlines are absolute: each is computed from the one before, not from the time of
// the call, so that a late tick() does not give a silent client more time.
class Session {
 public:
  // Opens now. The caller sends the `open` packet.
  Session(const PingTimes& ping_times, Transport transport, TimePoint now,
          std::chrono::milliseconds upgrade_time = Options().upgrade_time);

  // A packet or binary message on the session's transport.
  Actions receive_text(std::string_view packet, TimePoint now);
  Actions receive_binary(std::string_view message, TimePoint now);

  // A poll arrived; it waits until poll_answered(). A second poll before that ends the session, and so does a
  // client that disconnects from a waiting poll.
  Actions poll(TimePoint now);
  void poll_answered() { is_polled_ = false; }
  Actions poll_abandoned();

  // A polling client tries a WebSocket. begin_probe() is false if the session can't change its transport,
  // because it has already, or because another WebSocket is being tried.
  bool begin_probe(TimePoint now);
  Actions receive_probe_text(std::string_view packet, TimePoint now);
  Actions receive_probe_binary();
  void probe_closed();

  // To be called at deadline() or soon after; earlier calls do nothing.
  Actions tick(TimePoint now);
  // When tick() is due; TimePoint::max() after the end.
  TimePoint deadline() const;

  // Ends the session for an external reason. Does nothing after the end. A WebSocket whose probe was answered
  // is dropped when it sends something, or by the caller after a timeout.
  Actions end(CloseReason reason);
  bool ended() const { return state_ == State::ended; }
  Transport transport() const { return transport_; }

 private:
  enum class State { waiting_to_ping, waiting_for_pong, ended };
  enum class Probe { none, opened, answered };

  bool is_overdue(TimePoint now) const;
  void note_life(TimePoint now);
  Actions take(const Packet& packet, TimePoint now);
  Actions drop_probe();

  PingTimes ping_times_;
  std::chrono::milliseconds upgrade_time_;
  Transport transport_;
  State state_ = State::waiting_to_ping;
  Probe probe_ = Probe::none;
  bool is_polled_ = false;
  bool has_more_time_ = false;  // for this pong
  TimePoint heartbeat_deadline_;
  TimePoint probe_deadline_ = TimePoint::max();
};

}  // namespace pollux::engineio
