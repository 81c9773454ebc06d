#include "lifecycle/startup.hpp"

namespace pollux::lifecycle {

using std::chrono::steady_clock;

Startup::Startup(std::chrono::milliseconds patience, telemetry::Log& log, TerminationSignals& signals)
    : give_up_at_(steady_clock::now() + patience), deadline_(give_up_at_), log_(log), signals_(signals) {}

bool Startup::may_try_again(const Error& error, std::chrono::milliseconds pause) {
  constexpr int nothing_else = -1;
  stopped_ = signals_.wait_for(std::chrono::milliseconds(0), nothing_else);  // it may have ended the attempt
  if (stopped_) return false;
  // An attempt that could last for a moment only would say less than the last one did.
  const auto next = steady_clock::now() + pause + longest_pause / 10;
  if (error.code != ErrorCode::unavailable || next > give_up_at_) return false;
  log_.repeated_warning("Waiting to start.", {{"reason", error.message}});
  stopped_ = signals_.wait_for(pause, nothing_else);
  return !stopped_;
}

}  // namespace pollux::lifecycle
