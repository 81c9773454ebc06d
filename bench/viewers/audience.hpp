// Ten thousand connections that listen, on one thread around epoll.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

using Clock = std::chrono::steady_clock;

class Audience {
 public:
  enum class Speaks { socket_io, nothing };

  // `port` is a Socket.IO server's, or that of a sender that expects nothing of its clients.
  Audience(std::uint16_t port, Speaks speaks);

  // Opens connections from several loopback addresses until there are `size`. Returns when all are joined.
  void grow_to(std::size_t size, std::size_t addresses, const char* progress);

  struct Reception {
    Clock::duration first_to_last{};
    Clock::time_point first{};
    std::string frame;  // as the last of them received it
  };
  // Events that came before do not count. To be called before the one that is awaited can be on its way.
  void expect_event();
  // Waits until every one has received an event since then.
  Reception receive_one_each();

  // Answers the heartbeats that have come, for as long as told; events in it are forgotten.
  void idle(std::chrono::milliseconds time);

 private:
  struct Viewer {
    Descriptor socket;
    std::string incoming;  // of a frame that is not complete
    std::size_t events = 0;
  };

  Viewer join(std::uint32_t host);
  bool wait(std::chrono::milliseconds time);
  void take(Viewer& viewer);
  void take_frame(Viewer& viewer, std::string_view frame);

  std::uint16_t port_;
  Speaks speaks_;
  Descriptor epoll_;
  std::vector<Viewer> viewers_;
  Clock::time_point ready_since_{};
  std::size_t received_ = 0;  // viewers that have had the awaited event
  std::string last_frame_;
};

}  // namespace pollux::bench
