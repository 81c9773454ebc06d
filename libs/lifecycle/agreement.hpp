// Checks that the services of a cluster agree on the poll and on the key of the voters' cookies.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "base/threads.hpp"
#include "poll/poll_run.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::lifecycle {

// Asks periodically, on a thread of its own. A disagreement is logged, makes check() an error and sets the
// metric <metric>_disagrees to 1; <metric>_read_failures_total counts failed attempts to find out.
class Agreement {
 public:
  // May block for seconds. The error `invalid` means that the services disagree, and says what to do. Other
  // errors change nothing, since an outage of the source has its own check.
  using Ask = std::function<Result<void>()>;

  static constexpr std::chrono::milliseconds period{2000};

  // `metric`: prefix of the metrics ("pollux_poll"); `subject`: for the log ("poll"). `pause` is between two
  // calls of `ask`. The references outlive it.
  Agreement(const std::string& metric, const std::string& subject, Ask ask, telemetry::Metrics& metrics,
            telemetry::Log& log, std::chrono::milliseconds pause = period);

  // The last known state, for readiness. Any thread.
  Result<void> check() const;

 private:
  void ask();
  void note(Result<void> state);

  const Ask ask_;
  const std::string disagreement_;
  const std::string ignorance_;
  telemetry::Gauge disagrees_;
  telemetry::Counter failures_;
  telemetry::Log& log_;
  mutable std::mutex mutex_;
  Result<void> state_{};
  Periodic periodic_;  // last: uses the members above
};

// An error if the other services have another definition of the poll's run.
// docs/adr/0025-votes-belong-to-a-run.md lists all places that compare definitions.
Result<void> agrees_with(const poll::PollDefinitions& others, const poll::Poll& poll);

// The same for an Agreement: `read` returns the definitions that the services have registered. `poll` is one
// run of the poll `base`. A newer run is logged as a warning; the metric pollux_poll_newest_run has its
// number. The references outlive the result.
Agreement::Ask agreement_on_poll(const poll::PollId& base, const poll::Poll& poll,
                                 std::function<Result<poll::PollDefinitions>()> read,
                                 telemetry::Metrics& metrics, telemetry::Log& log);

// For an Agreement on the key of the voters' cookies. `keep` makes sure that Redis has this service's key; it
// returns true if it was restored, which is logged and counted (pollux_voter_key_restored_total). The
// references outlive the result.
Agreement::Ask agreement_on_voter_key(std::function<Result<bool>()> keep, telemetry::Metrics& metrics,
                                      telemetry::Log& log);

}  // namespace pollux::lifecycle
