// A well-behaved client that requests an acknowledgement every 5 ms, in an open loop.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "bench/system.hpp"

namespace pollux::bench {

using Clock = std::chrono::steady_clock;

struct Span {
  Clock::time_point from;
  Clock::time_point to;
};

struct Latencies {
  double p50 = 0;  // milliseconds
  double p99 = 0;
  std::size_t lost = 0;  // not answered within 2 s after the end; included with the time that had passed
};

class Pulse {
 public:
  // Starts at once, on its own thread. `socket` has joined the main namespace.
  explicit Pulse(Descriptor socket);

  // Stops, waits for outstanding answers, and returns the error that ended the connection early, or "".
  std::string finish();
  // Latencies of the requests that were due in these spans, measured from the due time. Call after finish().
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
