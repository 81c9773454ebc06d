#include "lifecycle/startup.hpp"

namespace pollux::lifecycle {
namespace {

constexpr int no_descriptor = -1;

}  // namespace

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Startup::Startup(milliseconds timeout, telemetry::Log& log, TerminationSignals& signals)
    : give_up_at_(steady_clock::now() + timeout), deadline_(give_up_at_), log_(log), signals_(signals) {}

bool Startup::wait_to_retry(const Error& error, milliseconds pause) {
  // A signal may have ended the attempt, so its error is no reason to wait.
  stopped_ = signals_.wait_for(milliseconds(0), no_descriptor);
  if (stopped_ || error.code != ErrorCode::unavailable) return false;
  // An attempt with almost no time left would give a less useful error than the last one.
  const auto next = steady_clock::now() + pause + max_pause / 10;
  if (next > give_up_at_) return false;
  log_.repeated_warning("Waiting to start.", {{"reason", error.message}});
  stopped_ = signals_.wait_for(pause, no_descriptor);
  return !stopped_;
}

Result<void> Startup::await_ready(const std::function<Result<void>()>& check) {
  const auto begin = steady_clock::now();
  deadline_ = std::max(give_up_at_, begin + min_attempt);
  for (;;) {
    Result<void> result = check();
    const auto now = steady_clock::now();
    if (result || now >= deadline_) return result;
    // What takes a few milliseconds at each start is not worth a line.
    if (now >= begin + max_pause / 10) {
      log_.repeated_warning("Waiting to start.", {{"reason", result.error().message}});
    }
    stopped_ = signals_.wait_for(check_period, no_descriptor);
    if (stopped_) return result;
  }
}

}  // namespace pollux::lifecycle
