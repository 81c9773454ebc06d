// Waiting for dependencies at startup: a database that starts at the same time, a password that is being
// fixed.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "lifecycle/termination_signals.hpp"
#include "telemetry/log.hpp"

namespace pollux::lifecycle {

// For the thread that starts the service.
class Startup {
 public:
  static constexpr std::chrono::milliseconds first_pause{50};
  static constexpr std::chrono::milliseconds max_pause{1000};
  static constexpr std::chrono::milliseconds min_attempt{1000};

  // `timeout` is for all waits together, from now on. The references outlive it.
  Startup(std::chrono::milliseconds timeout, telemetry::Log& log, TerminationSignals& signals);

  telemetry::Log& log() { return log_; }

  // For an attempt: it may wait until deadline(), and must end as soon as stop_descriptor() is readable,
  // after a signal. The deadline is the end of the timeout, but at least a second away for the first attempt.
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  int stop_descriptor() const { return signals_.descriptor(); }

  // The signal that ended the wait, if any.
  std::optional<std::string_view> stopped() const { return stopped_; }

  // Repeats the attempt until it succeeds, and logs why it waits. Returns the error of the last attempt if it
  // is not `unavailable`, after the timeout, or after a signal.
  template <class T>
  Result<T> await(const std::function<Result<T>()>& attempt) {
    auto pause = first_pause;
    deadline_ = std::max(give_up_at_, std::chrono::steady_clock::now() + min_attempt);
    for (;; deadline_ = give_up_at_) {
      Result<T> result = attempt();
      if (result || !may_retry(result.error(), pause)) return result;
      pause = std::min(2 * pause, max_pause);
    }
  }

 private:
  bool may_retry(const Error& error, std::chrono::milliseconds pause);

  const std::chrono::steady_clock::time_point give_up_at_;
  std::chrono::steady_clock::time_point deadline_;
  telemetry::Log& log_;
  TerminationSignals& signals_;
  std::optional<std::string_view> stopped_;
};

}  // namespace pollux::lifecycle
