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

// Close the transport and tell the application; the session asks for nothing afterwards.
struct End {
  CloseReason reason;
  friend bool operator==(const End&, const End&) = default;
};

using Action = std::variant<Send, Deliver, End>;
using Actions = boost::container::static_vector<Action, 2>;

// Times given to one session never go back. Deadlines are absolute: each is reckoned from the one before, not
// from when somebody looked, so that a late look does not give a silent client more time.
class Session {
 public:
  // Opens now; sending the `open` packet is the caller's.
  Session(const Heartbeat& heartbeat, TimePoint now);

  Actions receive_text(std::string_view message, TimePoint now);
  Actions receive_binary(std::string_view message, TimePoint now);

  // To be called at deadline() or soon after it; earlier calls do nothing.
  Actions tick(TimePoint now);
  // When tick() is due; TimePoint::max() once the session has ended.
  TimePoint deadline() const { return deadline_; }

  // Ends the session for a reason from outside. Does nothing where it has ended.
  Actions end(CloseReason reason);
  bool ended() const { return state_ == State::ended; }

 private:
  enum class State { waiting_to_ping, waiting_for_pong, ended };

  bool is_overdue(TimePoint now) const;
  Actions take(const Packet& packet, TimePoint now);

  Heartbeat heartbeat_;
  State state_ = State::waiting_to_ping;
  TimePoint deadline_;
};

}  // namespace pollux::engineio
