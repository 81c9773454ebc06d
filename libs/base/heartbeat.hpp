// A thread's sign of life.
#pragma once

#include <atomic>
#include <chrono>

namespace pollux {

// The thread beats once in each turn of its loop; any other asks how long ago that was. It counts from its
// construction.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;

  void beat() { last_.store(now(), std::memory_order_relaxed); }
  Clock::duration silence() const { return Clock::duration(now() - last_.load(std::memory_order_relaxed)); }

 private:
  static Clock::rep now() { return Clock::now().time_since_epoch().count(); }

  std::atomic<Clock::rep> last_ = now();
};

}  // namespace pollux
