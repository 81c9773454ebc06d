// What the operators see of a worker: numbers, log lines, and whether its store takes votes.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "worker/worker.hpp"

namespace pollux::worker {

// Any thread. The metrics and the log outlive it, and it outlives the worker that it watches.
class WorkerMonitor {
 public:
  WorkerMonitor(telemetry::Metrics& metrics, telemetry::Log& log);

  // The events of the worker that is to be watched; `counted` is passed on.
  Worker::Events events(std::function<void(const std::vector<poll::Tally>&)> counted);

  // For readiness: an error from a failure on, until a batch is recorded or the store says that it could be.
  Result<void> check() const;

 private:
  void recorded(std::size_t votes, std::chrono::nanoseconds took);
  void failed(const Error& error);
  void recovered();
  void queue_failed(const Error& error);
  void released(std::size_t votes, const Error& reason);

  telemetry::Log& log_;
  telemetry::Counter recorded_votes_;
  telemetry::Counter failures_;
  telemetry::Counter queue_failures_;
  telemetry::Counter released_votes_;
  telemetry::Histogram commit_seconds_;
  telemetry::Histogram batch_votes_;

  mutable std::mutex mutex_;  // guards what follows
  std::optional<Error> failure_;
};

}  // namespace pollux::worker
