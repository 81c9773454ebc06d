// What a service may still wait for while it starts: a database that starts beside it, a password that is
// being put right.
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

// One thread, the one that starts the service.
class Startup {
 public:
  static constexpr std::chrono::milliseconds first_pause{50};
  static constexpr std::chrono::milliseconds longest_pause{1000};
  static constexpr std::chrono::milliseconds least_attempt{1000};

  // `patience` is for all that the service waits for, from now on. The others outlive it.
  Startup(std::chrono::milliseconds patience, telemetry::Log& log, TerminationSignals& signals);

  telemetry::Log& log() { return log_; }

  // An attempt keeps to both: it may wait until deadline(), and ends as soon as stop_descriptor() is
  // readable, which says that a signal came. The deadline is the end of the patience, but leaves the first of
  // several attempts a second at least.
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  int stop_descriptor() const { return signals_.descriptor(); }

  // The signal that ended the waiting, if one did.
  std::optional<std::string_view> stopped() const { return stopped_; }

  // Tries until it succeeds, and tells the log why it has to wait. The error of the last try is returned
  // where that is not `unavailable`, where patience is at its end, or where a signal says to stop.
  template <class T>
  Result<T> await(const std::function<Result<T>()>& attempt) {
    auto pause = first_pause;
    deadline_ = std::max(give_up_at_, std::chrono::steady_clock::now() + least_attempt);
    for (;; deadline_ = give_up_at_) {
      Result<T> result = attempt();
      if (result || !may_try_again(result.error(), pause)) return result;
      pause = std::min(2 * pause, longest_pause);
    }
  }

 private:
  bool may_try_again(const Error& error, std::chrono::milliseconds pause);

  const std::chrono::steady_clock::time_point give_up_at_;
  std::chrono::steady_clock::time_point deadline_;
  telemetry::Log& log_;
  TerminationSignals& signals_;
  std::optional<std::string_view> stopped_;
};

}  // namespace pollux::lifecycle
