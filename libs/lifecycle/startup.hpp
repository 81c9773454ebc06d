// Waiting for dependencies at startup: a database that starts at the same time, a password that is being
// fixed.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string_view>

#include "base/backoff.hpp"
#include "base/result.hpp"
#include "lifecycle/termination_signals.hpp"
#include "telemetry/log.hpp"

namespace pollux::lifecycle {

// For the thread that starts the service.
class Startup {
 public:
  static constexpr std::chrono::milliseconds first_pause{50};  // between attempts; see Backoff
  static constexpr std::chrono::milliseconds max_pause{1000};
  static constexpr std::chrono::milliseconds min_attempt{1000};  // for the first attempt of each wait
  static constexpr std::chrono::milliseconds check_period{2};    // of await_ready()

  // `timeout` is for all waits together, from now on. The references outlive it.
  Startup(std::chrono::milliseconds timeout, telemetry::Log& log, TerminationSignals& signals);

  telemetry::Log& log() { return log_; }

  // For an attempt: it may take until deadline(), and must end early once stop_descriptor() is readable: a
  // signal has arrived. The deadline is the end of the timeout; for the first attempt of an await() it is at
  // least `min_attempt` away, also if earlier waits have used up the timeout.
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  int stop_descriptor() const { return signals_.descriptor(); }

  // The signal that ended a wait, if one did.
  std::optional<std::string_view> stopped() const { return stopped_; }

  // Calls `attempt` until it succeeds, with growing pauses, and logs why it waits. Returns the last error as
  // soon as it is not `unavailable`, too little time is left for another attempt, or a signal has arrived.
  template <class T>
  Result<T> await(const std::function<Result<T>()>& attempt) {
    Backoff backoff(first_pause, max_pause, std::random_device()());
    deadline_ = std::max(give_up_at_, std::chrono::steady_clock::now() + min_attempt);
    for (;; deadline_ = give_up_at_) {
      Result<T> result = attempt();
      if (result || !wait_to_retry(result.error(), backoff.next())) return result;
    }
  }

  // For what becomes ready by itself, on other threads: calls `check` until it succeeds, the timeout has
  // passed (but for `min_attempt` at least) or a signal has arrived. Returns the last result.
  Result<void> await_ready(const std::function<Result<void>()>& check);

 private:
  // False if there is to be no further attempt.
  bool wait_to_retry(const Error& error, std::chrono::milliseconds pause);

  const std::chrono::steady_clock::time_point give_up_at_;
  std::chrono::steady_clock::time_point deadline_;
  telemetry::Log& log_;
  TerminationSignals& signals_;
  std::optional<std::string_view> stopped_;
};

}  // namespace pollux::lifecycle
