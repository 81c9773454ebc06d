// One Engine.IO session as a state machine: free of sockets, timers and clocks. It is told what happened and
// when, and answers with what is to be done, in order.
#pragma once

#include <chrono>
#include <string_view>
#include <variant>

#include <boost/container/static_vector.hpp>

#include "engineio/close_reason.hpp"
#include "engineio/options.hpp"
#include "engineio/packet.hpp"

namespace pollux::engineio {

using TimePoint = std::chrono::steady_clock::time_point;

enum class Transport { polling, websocket };

inline constexpr std::size_t transports = 2;

// "polling" or "websocket", as clients write it.
std::string_view name_of(Transport transport);

// Send this packet, without payload, to the client.
struct Send {
  PacketType type;
  friend bool operator==(const Send&, const Send&) = default;
};

// Hand this message to the application; a view into what was received.
struct Deliver {
  std::string_view payload;
  bool binary = false;
  friend bool operator==(const Deliver&, const Deliver&) = default;
};

// Answer the probe on the WebSocket that the client tries.
struct AnswerProbe {
  friend bool operator==(const AnswerProbe&, const AnswerProbe&) = default;
};

// Answer the poll that waits, if any, with what is queued or else with a `noop`, so that the client can stop
// polling.
struct ReleasePoll {
  friend bool operator==(const ReleasePoll&, const ReleasePoll&) = default;
};

// From now on the WebSocket that the client tried is the transport: release the poll, send there what is
// queued.
struct Switch {
  friend bool operator==(const Switch&, const Switch&) = default;
};

// Close the WebSocket that the client tried. The session goes on.
struct DropProbe {
  friend bool operator==(const DropProbe&, const DropProbe&) = default;
};

// Close the transport and tell the application; the session asks for nothing afterwards.
struct End {
  CloseReason reason;
  friend bool operator==(const End&, const End&) = default;
};

using Action = std::variant<Send, Deliver, AnswerProbe, ReleasePoll, Switch, DropProbe, End>;
using Actions = boost::container::static_vector<Action, 2>;

// Times given to one session never go back. Deadlines are absolute: each is reckoned from the one before, not
// from when somebody looked, so that a late look does not give a silent client more time.
class Session {
 public:
  // Opens now; sending the `open` packet is the caller's.
  Session(const Heartbeat& heartbeat, Transport transport, TimePoint now,
          std::chrono::milliseconds upgrade_time = Options().upgrade_time);

  // What came by the session's transport.
  Actions receive_text(std::string_view packet, TimePoint now);
  Actions receive_binary(std::string_view message, TimePoint now);

  // A client that polls: it waits for an answer, until poll_answered(). A second poll before that ends the
  // session, as does a client that has gone before the answer.
  Actions poll(TimePoint now);
  void poll_answered() { is_polled_ = false; }
  Actions poll_abandoned();

  // A client that polls tries a WebSocket beside it. begin_probe() is false where the session cannot change
  // its transport: it has, or another WebSocket is being tried.
  bool begin_probe(TimePoint now);
  Actions receive_probe_text(std::string_view packet, TimePoint now);
  Actions receive_probe_binary();
  void probe_closed();

  // To be called at deadline() or soon after it; earlier calls do nothing.
  Actions tick(TimePoint now);
  // When tick() is due; TimePoint::max() once the session has ended.
  TimePoint deadline() const;

  // Ends the session for a reason from outside. Does nothing where it has ended. A WebSocket whose probe was
  // answered is dropped by what it says next, or by the caller when that takes too long.
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

  Heartbeat heartbeat_;
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
