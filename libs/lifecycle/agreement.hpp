// Whether the services of a cluster agree on what they must have in common: the poll, the key of the voters'
// cookies.
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

// Asks again and again on a thread of its own. That the services disagree is logged, turns check() into an
// error and the metric <metric>_disagrees into 1; <metric>_read_failures_total counts how often it could not
// be found out.
class Agreement {
 public:
  // May block for seconds. An `invalid` error means that the services disagree, and says what to do; any
  // other one changes nothing, since an outage of the source has a check of its own.
  using Ask = std::function<Result<void>()>;

  static constexpr std::chrono::milliseconds period{2000};

  // `metric` begins the names of the metrics ("pollux_poll"), `subject` is what the log calls it ("poll").
  // `pause` is between two questions. What is referred to outlives it.
  Agreement(const std::string& metric, const std::string& subject, Ask ask, telemetry::Metrics& metrics,
            telemetry::Log& log, std::chrono::milliseconds pause = period);

  // For readiness: from what was found last. Any thread.
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
  Periodic periodic_;  // last: it uses what is above
};

// Whether what others ask in the run of the poll is not something else.
Result<void> agrees_with(const poll::PollDefinitions& others, const poll::Poll& poll);

// The same, for an Agreement: `read` gives what is registered. A newer run of `base` is a warning in the log;
// the metric pollux_poll_newest_run has its number. `poll` has the id of its run. What is referred to
// outlives the result.
Agreement::Ask agreement_on_poll(const poll::PollId& base, const poll::Poll& poll,
                                 std::function<Result<poll::PollDefinitions>()> read,
                                 telemetry::Metrics& metrics, telemetry::Log& log);

// For an Agreement on the key of the voters' cookies. `keep` asks that Redis keep this service's key: true
// where it had lost it and got it again, which is logged and counted (pollux_voter_key_restored_total). What
// is referred to outlives the result.
Agreement::Ask agreement_on_voter_key(std::function<Result<bool>()> keep, telemetry::Metrics& metrics,
                                      telemetry::Log& log);

}  // namespace pollux::lifecycle
