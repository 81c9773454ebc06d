// Small building blocks for code that runs on threads of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace pollux {

// Calls `fire` once after `delay`, on a thread of its own. The destructor cancels it, or waits for a call in
// progress. One owner thread.
class Timer {
 public:
  Timer(std::chrono::milliseconds delay, std::function<void()> fire)
      : thread_([this, delay, fire = std::move(fire)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          cancelled_.wait_for(lock, stop, delay, [] { return false; });
          if (!stop.stop_requested()) fire();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any cancelled_;
  std::jthread thread_;  // last: uses the members above
};

// Calls `work` at once and then `pause` after the end of each call, on a thread of its own. The destructor
// waits for a call in progress. One owner thread.
class Periodic {
 public:
  Periodic(std::chrono::milliseconds pause, std::function<void()> work)
      : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          do {
            work();
          } while (!wake_.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); }) &&
                   !stop.stop_requested());
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: uses the members above
};

// Starts `part` (anything with start() and stop()), and stops it in its destructor. Declare it after
// everything that the threads of `part` use.
template <class Part>
class Running {
 public:
  explicit Running(Part& part) : part_(part) { part_.start(); }
  ~Running() { part_.stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Part& part_;
};

// Shows whether a loop still makes progress. The loop calls beat() before each call that may block, and
// finish() at its end; any thread may ask for the time since the last beat. Construction counts as a beat.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;

  void beat() { last_.store(now(), std::memory_order_relaxed); }
  void finish() { last_.store(finished, std::memory_order_relaxed); }

  // Zero after finish().
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
