// A well-behaved client that asks for an acknowledgement every 5 ms, whether or not the last has come.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

using Clock = std::chrono::steady_clock;

struct Span {
  Clock::time_point from;
  Clock::time_point to;
};

struct Latencies {
  double p50 = 0;  // milliseconds
  double p99 = 0;
  std::size_t lost = 0;  // not answered within 2 s of the end; they count with the time that passed
};

class Pulse {
 public:
  // `socket`: joined to the main namespace. Begins at once, on a thread.
  explicit Pulse(Descriptor socket);

  // Stops and waits for the answers that are due. Returns why the connection ended before, or "".
  std::string finish();
  // Of the requests that were to be sent in those times; from then, so that a late sender shows. After
  // finish().
  Latencies during(const std::vector<Span>& spans) const;

 private:
  struct Request {
    Clock::time_point intended;
    Clock::time_point answered{};
  };

  void add(const Span& span, std::vector<double>& latencies, std::size_t& lost) const;
  void run(const std::stop_token& stop);
  bool send_due();
  void receive();

  Descriptor socket_;
  std::string incoming_;
  std::vector<Request> requests_;
  std::size_t answers_ = 0;
  Clock::time_point next_ = Clock::now();
  Clock::time_point ended_{};
  std::string failure_;
  std::jthread thread_;
};

}  // namespace pollux::bench
