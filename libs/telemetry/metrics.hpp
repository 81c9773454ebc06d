// Metrics in Prometheus format. Names use base units: pollux_votes_accepted_total, pollux_commit_seconds.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace pollux::telemetry {

using Labels = std::map<std::string, std::string>;

// The handles below are cheap to copy, valid as long as their Metrics, and safe on any thread. A counter and
// a gauge are one atomic number. A histogram takes a lock for each observation: if many threads observe at a
// high rate, give each a series of its own by a label, or observe once per batch.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);  // at least 0
  double value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);
  void add(double amount);
  double value() const;

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

// Bucket bounds in seconds, from 100 µs to 10 s, about three per decade: for waits of people and disks.
std::vector<double> seconds_buckets();

// Any thread. The same name and labels return the same metric. A malformed name, or one name for metrics of
// two types, throws std::invalid_argument.
class Metrics {
 public:
  Metrics();  // registers pollux_build_info and the process_* metrics
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  // Values that live elsewhere and are read by each text(), on its thread. `read` must be fast, thread-safe
  // and must not throw; what it reads outlives the last text().
  using Read = std::function<double()>;
  void observed_counter(const std::string& name, const std::string& help, const Labels& labels, Read read);
  void observed_gauge(const std::string& name, const std::string& help, const Labels& labels, Read read);

  // All metrics in Prometheus's text format, version 0.0.4.
  std::string text() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pollux::telemetry
