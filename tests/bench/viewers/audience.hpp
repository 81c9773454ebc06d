// Many connections that receive events, on one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/system.hpp"

namespace pollux::bench {

using Clock = std::chrono::steady_clock;

class Audience {
 public:
  enum class Speaks { socket_io, nothing };

  // `port`: a Socket.IO server, or a sender that reads nothing.
  Audience(std::uint16_t port, Speaks speaks);

  // Opens and joins connections, from `addresses` loopback addresses, until there are `size`.
  void grow_to(std::size_t size, std::size_t addresses, const char* progress);

  struct Reception {
    Clock::duration first_to_last{};
    Clock::time_point first{};
    std::string frame;  // as the last viewer received it
  };
  // Call before the event can be sent: events that arrived earlier do not count.
  void expect_event();
  // Waits until every connection has received an event since then.
  Reception receive_one_each();

  // Answers heartbeats for `time`; events are ignored.
  void idle(std::chrono::milliseconds time);

 private:
  struct Viewer {
    Descriptor socket;
    std::string incoming;  // an incomplete frame
    std::size_t events = 0;
  };

  Viewer join(std::uint32_t host);
  bool wait(std::chrono::milliseconds time);
  void take(Viewer& viewer);
  void take_frame(Viewer& viewer, std::string_view frame);

  std::uint16_t port_;
  Speaks speaks_;
  Poller poller_;
  std::vector<Viewer> viewers_;
  Clock::time_point ready_since_{};
  std::size_t received_ = 0;  // viewers that have received the event
  std::string last_frame_;
};

}  // namespace pollux::bench
