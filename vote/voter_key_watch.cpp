#include "vote/voter_key_watch.hpp"

#include <utility>

namespace pollux::vote {

VoterKeyWatch::VoterKeyWatch(Keep keep, Metrics& metrics, Log& log, std::chrono::milliseconds pause)
    : keep_(std::move(keep)),
      restored_(metrics.counter("pollux_voter_key_restored_total",
                                "Times that Redis had lost the voter key and got it again.")),
      disagrees_(metrics.gauge("pollux_voter_key_disagrees",
                               "1 while Redis has another voter key than this service, else 0.")),
      failures_(metrics.counter("pollux_voter_key_read_failures_total",
                                "Times that Redis could not be asked for the voter key.")),
      log_(log),
      periodic_(pause, [this] { ask(); }) {}

Result<void> VoterKeyWatch::check() const {
  const std::lock_guard guard(mutex_);
  return state_;
}

void VoterKeyWatch::ask() {
  const auto kept = keep_();
  if (kept) {
    if (*kept) {
      restored_.add();
      log_.warning("Redis had lost the voter key. This service has put it back.");
    }
    return note({});
  }
  if (kept.error().code == ErrorCode::invalid) return note(kept.error());
  failures_.add();
  log_.repeated_warning("Whether Redis has the voter key is not known.", {{"reason", kept.error().message}});
}

void VoterKeyWatch::note(Result<void> state) {
  if (!state) {
    log_.repeated_warning("The services disagree on the voter key.", {{"reason", state.error().message}});
  }
  disagrees_.set(state ? 0 : 1);
  const std::lock_guard guard(mutex_);
  state_ = std::move(state);
}

}  // namespace pollux::vote
