// What operators see of a worker: metrics, log lines, and whether its store accepts votes.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "worker/worker.hpp"

namespace pollux::worker {

// Any thread. The metrics and the log outlive it, and it outlives the worker.
class WorkerMonitor {
 public:
  WorkerMonitor(telemetry::Metrics& metrics, telemetry::Log& log);

  // The events of the worker to monitor.
  Worker::Events events();

  // For readiness: the last failure of the store, until it records a batch or passes a probe.
  Result<void> check() const;

 private:
  void recorded(std::size_t votes, std::chrono::nanoseconds took);
  void store_failed(const Error& error);
  void store_recovered();
  void publish_failed(const Error& error);
  void queue_failed(const Error& error);
  void released(std::size_t votes, const Error& reason);

  telemetry::Log& log_;
  telemetry::Counter recorded_votes_;
  telemetry::Counter store_failures_;
  telemetry::Counter publish_failures_;
  telemetry::Counter queue_failures_;
  telemetry::Counter released_votes_;
  telemetry::Histogram commit_seconds_;
  telemetry::Histogram batch_votes_;

  mutable std::mutex mutex_;            // guards what follows
  std::optional<Error> store_failure_;  // until the store works again
};

// Adds pollux_queue_oldest_vote_age_seconds, which every queue has. `age` is called on any thread; what it
// refers to outlives the last Metrics::text().
void observe_oldest_age(telemetry::Metrics& metrics, std::function<std::chrono::milliseconds()> age);

}  // namespace pollux::worker
