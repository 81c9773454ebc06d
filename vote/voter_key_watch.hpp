// Whether the vote services of a cluster still sign cookies with one key.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>

#include "base/periodic.hpp"
#include "base/result.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"

namespace pollux::vote {

// Asks on a thread of its own that Redis keep the key which this service got from there. A Redis that has
// lost its data gets the key again; one that has another key is an error of check(), since a browser that
// reaches services with different keys is a new voter to each. Both are logged, and the metrics
// pollux_voter_key_restored_total, pollux_voter_key_disagrees and pollux_voter_key_read_failures_total say
// so.
class VoterKeyWatch {
 public:
  // True where the key was put back, false where it was there. May block for seconds. An `invalid` error says
  // that another key is there; any other one changes nothing, since the queue reports an outage itself.
  using Keep = std::function<Result<bool>()>;

  static constexpr std::chrono::milliseconds period{1000};

  // What is referred to outlives it. `pause` is between two questions.
  VoterKeyWatch(Keep keep, Metrics& metrics, Log& log, std::chrono::milliseconds pause = period);

  // For readiness: from what was found last. Any thread.
  Result<void> check() const;

 private:
  void ask();
  void note(Result<void> state);

  const Keep keep_;
  Counter restored_;
  Gauge disagrees_;
  Counter failures_;
  Log& log_;
  mutable std::mutex mutex_;
  Result<void> state_{};
  Periodic periodic_;  // last: it uses what is above
};

}  // namespace pollux::vote
