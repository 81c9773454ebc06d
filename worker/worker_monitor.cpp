#include "worker/worker_monitor.hpp"

#include <utility>

namespace pollux::worker {

WorkerMonitor::WorkerMonitor(telemetry::Metrics& metrics, telemetry::Log& log)
    : log_(log),
      recorded_votes_(
          metrics.counter("pollux_votes_recorded_total", "Votes recorded, including repeated ones.")),
      store_failures_(metrics.counter("pollux_record_failures_total",
                                      "Failures of the store to record a batch or to pass a probe.")),
      publish_failures_(
          metrics.counter("pollux_publish_failures_total", "Failures to publish changed tallies.")),
      queue_failures_(
          metrics.counter("pollux_queue_failures_total",
                          "Failures of the queue to deliver votes or to accept an acknowledgement.")),
      released_votes_(
          metrics.counter("pollux_votes_released_total", "Votes released to the queue unrecorded.")),
      commit_seconds_(metrics.histogram("pollux_commit_seconds",
                                        "Time to record a batch, until it is on disk.",
                                        telemetry::seconds_buckets())),
      batch_votes_(metrics.histogram("pollux_batch_votes", "Votes in one transaction.",
                                     {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000})) {}

Worker::Events WorkerMonitor::events() {
  return {.recorded = [this](std::size_t votes, std::chrono::nanoseconds took) { recorded(votes, took); },
          .store_failed = [this](const Error& error) { store_failed(error); },
          .store_recovered = [this] { store_recovered(); },
          .publish_failed = [this](const Error& error) { publish_failed(error); },
          .queue_failed = [this](const Error& error) { queue_failed(error); },
          .released = [this](std::size_t votes, const Error& reason) { released(votes, reason); }};
}

Result<void> WorkerMonitor::check() const {
  const std::lock_guard lock(mutex_);
  if (store_failure_) return *store_failure_;
  return {};
}

void WorkerMonitor::recorded(std::size_t votes, std::chrono::nanoseconds took) {
  recorded_votes_.add(static_cast<double>(votes));
  commit_seconds_.observe(std::chrono::duration<double>(took).count());
  batch_votes_.observe(static_cast<double>(votes));
  store_recovered();
}

void WorkerMonitor::store_recovered() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(store_failure_, std::nullopt)) log_.info("Votes can be recorded again.");
}

void WorkerMonitor::store_failed(const Error& error) {
  store_failures_.add();
  log_.repeated_warning("Votes could not be recorded.", {{"reason", error.message}});
  const std::lock_guard lock(mutex_);
  store_failure_ = error;
}

void WorkerMonitor::publish_failed(const Error& error) {
  publish_failures_.add();
  log_.repeated_warning("Tallies could not be published.", {{"reason", error.message}});
}

void WorkerMonitor::queue_failed(const Error& error) {
  queue_failures_.add();
  log_.repeated_warning("The queue failed.", {{"reason", error.message}});
}

void WorkerMonitor::released(std::size_t votes, const Error& reason) {
  released_votes_.add(static_cast<double>(votes));
  log_.repeated_warning("Votes were released unrecorded.", {{"votes", votes}, {"reason", reason.message}});
}

void observe_oldest_age(telemetry::Metrics& metrics, std::function<std::chrono::milliseconds()> age) {
  metrics.observed_gauge("pollux_queue_oldest_vote_age_seconds",
                         "Age of the oldest vote in the queue that is not recorded, by the clock of the "
                         "queue; 0 if there is none.",
                         {}, [age = std::move(age)] { return std::chrono::duration<double>(age()).count(); });
}

}  // namespace pollux::worker
