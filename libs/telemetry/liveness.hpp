// Whether the threads of a service take their turns: what /livez says.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/heartbeat.hpp"
#include "base/io_threads.hpp"
#include "base/result.hpp"

namespace pollux::telemetry {

// Twice as long as the longest call that a healthy thread may make: a batch of a database that is slow.
inline constexpr std::chrono::milliseconds least_hang_limit{30'000};

// Any thread. What it watches outlives the last check().
class Liveness {
 public:
  using Clock = std::chrono::steady_clock;

  // A thread hangs once it has not taken its turn for longer than `limit`.
  explicit Liveness(std::chrono::milliseconds limit) : limit_(limit) {}

  // Each of them, as "<name> 0", "<name> 1" …. A check asks each thread for an answer, and a later one sees
  // how long it has been waiting for it, so that threads with nothing to do are not woken for this: a thread
  // that hangs is found by the second check, at the limit.
  void watch(const std::string& name, IoThreads& threads);
  void watch(std::string name, const Heartbeat& heartbeat);

  // An error that names a thread that hangs, and for how long.
  Result<void> check();

 private:
  // A question to an io thread; `open` until it has answered.
  struct Question {
    std::atomic<bool> open{false};
    Clock::time_point asked;
  };
  struct IoThread {
    std::string name;
    IoThreads::Context& context;
    std::shared_ptr<Question> question = std::make_shared<Question>();

    Clock::duration silence() const;
  };
  struct Loop {
    std::string name;
    const Heartbeat& heartbeat;
  };

  Result<void> judge(const std::string& name, Clock::duration silence) const;

  const std::chrono::milliseconds limit_;
  std::mutex mutex_;  // guards what follows
  std::vector<IoThread> io_threads_;
  std::vector<Loop> loops_;
};

}  // namespace pollux::telemetry
