#include "worker/stream_telemetry.hpp"

#include <concepts>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "worker/worker_monitor.hpp"

namespace pollux::worker {
namespace {

// Some users and providers do not allow INFO.
template <class Number>
double number_or_nan(const std::optional<Number>& number) {
  return number ? static_cast<double>(*number) : std::numeric_limits<double>::quiet_NaN();
}

class Observer {
 public:
  Observer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer)
      : metrics_(metrics), consumer_(consumer) {}

  template <std::integral Number>
  void gauge(const std::string& name, const std::string& help, Number queue::RedisStreamStatistics::*member) {
    metrics_.observed_gauge(name, help, {}, read(member));
  }
  void gauge(const std::string& name, const std::string& help,
             double (*value)(const queue::RedisStreamStatistics&)) {
    metrics_.observed_gauge(name, help, {},
                            [&consumer = consumer_, value] { return value(consumer.statistics()); });
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

void observe_memory(Observer& observer) {
  using Statistics = queue::RedisStreamStatistics;
  observer.gauge("pollux_redis_memory_used_bytes",
                 "Memory that Redis uses (used_memory of INFO); NaN if it is not known.",
                 [](const Statistics& statistics) { return number_or_nan(statistics.memory.used_bytes); });
  observer.gauge("pollux_redis_memory_max_bytes",
                 "Memory that Redis may use (maxmemory); 0: no limit; NaN if it is not known.",
                 [](const Statistics& statistics) { return number_or_nan(statistics.memory.max_bytes); });
  observer.gauge(
      "pollux_redis_noeviction",
      "1 if Redis keeps everything when its memory is full (maxmemory-policy noeviction), else 0; NaN if "
      "it is not known.",
      [](const Statistics& statistics) { return number_or_nan(statistics.memory.noeviction); });
}

}  // namespace

void observe_consumer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer) {
  using Statistics = queue::RedisStreamStatistics;
  Observer observer(metrics, consumer);
  telemetry::observe_connections(
      metrics, "pollux_redis_connections",
      "Connections to Redis that votes or announcements of polls go through, by state.", [&consumer] {
        telemetry::ConnectionCounts counts;
        counts.add(consumer.statistics().connected);
        return counts;
      });
  observe_memory(observer);
  observer.gauge("pollux_queue_lag_entries", "Votes that wait in Redis for a worker.", &Statistics::lag);
  observer.gauge("pollux_queue_pending_entries", "Votes that workers hold and have not recorded yet.",
                 &Statistics::pending);
  observer.gauge("pollux_queue_recorded_entries",
                 "Recorded votes that stay in Redis for a while, so that `replay` can record them again.",
                 &Statistics::recorded);
  observe_oldest_age(metrics, [&consumer] { return consumer.statistics().oldest_age; });
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
  observer.counter("pollux_votes_imported_total",
                   "Votes that this worker imported from the list of example-voting-app.",
                   &Statistics::imported);
  observer.counter("pollux_queue_vanished_entries_total",
                   "Entries that somebody else deleted before they were delivered.", &Statistics::vanished);
  observer.counter("pollux_redis_rejections_total",
                   "Commands besides the reading of votes that Redis rejected; the log has the reason.",
                   &Statistics::error_replies);
}

queue::RedisStreamMonitor::Warn log_warnings(telemetry::Log& log) {
  return [&log, repeats = std::make_shared<telemetry::RepeatLimit>(telemetry::Log::repeat_period)](
             const queue::RedisStreamWarning& warning) {
    const std::string key = std::string(warning.message) + " " + warning.reason;
    const auto suppressed = repeats->admit(key, telemetry::RepeatLimit::Clock::now());
    if (!suppressed) return;
    log.warning(warning.message,
                {{"reason", warning.reason}, {"entries", warning.entries}, {"suppressed", *suppressed}});
  };
}

}  // namespace pollux::worker
