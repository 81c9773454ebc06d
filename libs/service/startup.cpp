#include "service/startup.hpp"

namespace pollux {

using std::chrono::steady_clock;

Startup::Startup(std::chrono::milliseconds patience, Log& log, TerminationSignals& signals)
    : give_up_at_(steady_clock::now() + patience), log_(log), signals_(signals) {}

bool Startup::may_try_again(const Error& error, std::chrono::milliseconds pause) {
  if (error.code != ErrorCode::unavailable || steady_clock::now() + pause > give_up_at_) return false;
  log_.repeated_warning("Waiting to start.", {{"reason", error.message}});
  constexpr int nothing_else = -1;
  return !signals_.wait_for(pause, nothing_else);
}

}  // namespace pollux
