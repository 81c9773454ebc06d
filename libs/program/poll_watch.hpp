// Whether a service of a cluster asks what the others ask.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

#include "base/periodic.hpp"
#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"

namespace pollux {

// Reads on a thread of its own what the others ask, and compares: another question in the same run is an
// error of check(); a newer run is a warning in the log. The metrics pollux_poll_newest_run and
// pollux_poll_disagrees say both.
class PollWatch {
 public:
  // What is registered, by the ids of the runs. May block for seconds. An `invalid` error means that the
  // services disagree; any other one changes nothing, since an outage of the source has a check of its own.
  using Read = std::function<Result<std::map<PollId, PollDefinition>>()>;

  static constexpr std::chrono::milliseconds period{2000};

  // `poll` has the id of its run. What is referred to outlives it.
  PollWatch(const PollId& base, const Poll& poll, Read read, Metrics& metrics, Log& log);

  // For readiness: from what was read last. Any thread.
  Result<void> check() const;

 private:
  void look();
  void note(Result<void> state);

  const PollId base_;
  const PollId id_;
  const PollDefinition mine_;
  const Read read_;
  Gauge newest_run_;
  Gauge disagrees_;
  Counter failures_;
  Log& log_;
  mutable std::mutex mutex_;
  Result<void> state_{};
  Periodic periodic_;  // last: it uses what is above
};

// The same comparison once, at the start.
Result<void> agrees_with(const std::map<PollId, PollDefinition>& others, const Poll& poll);

}  // namespace pollux
