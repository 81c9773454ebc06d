// A thread's sign of life.
#pragma once

#include <atomic>
#include <chrono>

namespace pollux {

// The thread beats before each call that may block, and says when it has finished; any other thread asks how
// long ago the last beat was. It counts from its construction.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;

  void beat() { last_.store(now(), std::memory_order_relaxed); }
  void finish() { last_.store(finished, std::memory_order_relaxed); }  // no beat is expected any more

  // Zero once the thread has finished.
  Clock::duration silence() const {
    const Clock::rep last = last_.load(std::memory_order_relaxed);
    return Clock::duration(last == finished ? 0 : now() - last);
  }

 private:
  static constexpr Clock::rep finished = Clock::duration::max().count();
  static Clock::rep now() { return Clock::now().time_since_epoch().count(); }

  std::atomic<Clock::rep> last_ = now();
};

}  // namespace pollux
