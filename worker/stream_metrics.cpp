#include "worker/stream_metrics.hpp"

#include <concepts>
#include <string>

namespace pollux::worker {
namespace {

class Observer {
 public:
  Observer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer)
      : metrics_(metrics), consumer_(consumer) {}

  template <std::integral Number>
  void gauge(const std::string& name, const std::string& help, Number queue::RedisStreamStatistics::*member) {
    metrics_.observed_gauge(name, help, {}, read(member));
  }
  template <std::integral Number>
  void counter(const std::string& name, const std::string& help,
               Number queue::RedisStreamStatistics::*member) {
    metrics_.observed_counter(name, help, {}, read(member));
  }

 private:
  template <std::integral Number>
  telemetry::Metrics::Read read(Number queue::RedisStreamStatistics::*member) {
    return [&consumer = consumer_, member] { return static_cast<double>(consumer.statistics().*member); };
  }

  telemetry::Metrics& metrics_;
  const queue::RedisStreamVoteConsumer& consumer_;
};

}  // namespace

void observe_consumer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer) {
  using Statistics = queue::RedisStreamStatistics;
  Observer observer(metrics, consumer);
  observer.gauge("pollux_redis_connected", "1 if all connections to Redis are there, else 0.",
                 &Statistics::connected);
  observer.gauge("pollux_queue_lag_entries", "Votes that wait in Redis for a worker.", &Statistics::lag);
  observer.gauge("pollux_queue_pending_entries", "Votes that workers hold and have not recorded yet.",
                 &Statistics::pending);
  observer.gauge("pollux_queue_newer_format_entries",
                 "Entries in a newer format than the workers here read, which wait for a newer worker.",
                 &Statistics::newer_format);
  observer.gauge("pollux_dead_letters", "Dead letters in Redis.", &Statistics::dead_letters_kept);
  observer.counter("pollux_dead_letters_total", "Entries that this worker made dead letters of.",
                   &Statistics::dead_letters);
  observer.counter("pollux_dead_letters_dropped_total", "Dead letters that had to go, the oldest first.",
                   &Statistics::dead_letters_dropped);
  observer.counter("pollux_votes_redelivered_total", "Votes delivered to this worker again.",
                   &Statistics::redelivered);
  observer.counter("pollux_votes_reclaimed_total", "Votes that this worker took over from others.",
                   &Statistics::reclaimed);
  observer.counter("pollux_votes_drained_total",
                   "Votes that this worker imported from the list of example-voting-app.",
                   &Statistics::imported);
  observer.counter("pollux_queue_vanished_entries_total",
                   "Entries that somebody else deleted before they were delivered.", &Statistics::vanished);
  observer.counter("pollux_redis_refusals_total",
                   "Commands beside the reading of votes that Redis refused; the log says why.",
                   &Statistics::error_replies);
}

}  // namespace pollux::worker
