// Readiness and liveness of a service: the contents of /readyz and /livez.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "base/threads.hpp"

namespace pollux::telemetry {

struct ReadinessReport {
  bool ready = false;
  std::string text;  // "ready" or "not ready", then a line per check: "store: ok", "queue: <error message>"
};

// Whether the service can do its work now. Any thread.
class Readiness {
 public:
  // Called on the management thread. A check returns known state: it must not block or call another service.
  // What it reads outlives the last report().
  using Check = std::function<Result<void>()>;

  void add(std::string name, Check check);

  // Not ready from now on, regardless of the checks: the service is about to stop.
  void drain();

  ReadinessReport report() const;

 private:
  struct NamedCheck {
    std::string name;
    Check check;
  };

  mutable std::mutex mutex_;
  std::vector<NamedCheck> checks_;
  bool draining_ = false;
};

// The least limit for Liveness: twice the longest call of a healthy thread, a batch on a slow database.
inline constexpr std::chrono::milliseconds min_hang_limit{30'000};

// Whether the threads of a service make progress. Any thread. What it watches outlives the last check().
class Liveness {
 public:
  using Clock = std::chrono::steady_clock;

  // A thread hangs if it makes no progress for longer than `limit`.
  explicit Liveness(std::chrono::milliseconds limit) : limit_(limit) {}

  // Watches the io threads, as "<name> 0", "<name> 1" …. A check posts a task to each thread, and later
  // checks see how long it has been pending, so idle threads are not woken by a timer. A hanging thread is
  // found by the second check after `limit`.
  void watch(const std::string& name, IoThreads& threads);
  void watch(std::string name, const Heartbeat& heartbeat);

  // The error names a hanging thread, and for how long it has made no progress.
  Result<void> check();

 private:
  // A task posted to an io thread; `pending` until it has run.
  struct Probe {
    std::atomic<bool> pending{false};
    Clock::time_point posted;
  };
  struct IoThread {
    std::string name;
    IoThreads::Context& context;
    std::shared_ptr<Probe> probe = std::make_shared<Probe>();

    Clock::duration silence() const;
  };
  struct Loop {
    std::string name;
    const Heartbeat& heartbeat;
  };

  Result<void> evaluate(const std::string& name, Clock::duration silence) const;

  const std::chrono::milliseconds limit_;
  std::mutex mutex_;  // guards the members below
  std::vector<IoThread> io_threads_;
  std::vector<Loop> loops_;
};

}  // namespace pollux::telemetry
