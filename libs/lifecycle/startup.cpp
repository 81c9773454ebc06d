#include "lifecycle/startup.hpp"

namespace pollux::lifecycle {

using std::chrono::steady_clock;

Startup::Startup(std::chrono::milliseconds timeout, telemetry::Log& log, TerminationSignals& signals)
    : give_up_at_(steady_clock::now() + timeout), deadline_(give_up_at_), log_(log), signals_(signals) {}

bool Startup::may_retry(const Error& error, std::chrono::milliseconds pause) {
  constexpr int no_descriptor = -1;
  stopped_ =
      signals_.wait_for(std::chrono::milliseconds(0), no_descriptor);  // which may have ended the attempt
  if (stopped_) return false;
  // An attempt with almost no time left would give a less useful error than the last one.
  const auto next = steady_clock::now() + pause + max_pause / 10;
  if (error.code != ErrorCode::unavailable || next > give_up_at_) return false;
  log_.repeated_warning("Waiting to start.", {{"reason", error.message}});
  stopped_ = signals_.wait_for(pause, no_descriptor);
  return !stopped_;
}

}  // namespace pollux::lifecycle
