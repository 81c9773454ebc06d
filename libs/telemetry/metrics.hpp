// The numbers that a service shows to Prometheus. Names are in base units: pollux_votes_accepted_total,
// pollux_commit_seconds.
#pragma once

#include <cstdint>
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

// The three below are handles: cheap to copy, valid as long as their Metrics, any thread. A counter or a
// gauge is one atomic number. A histogram takes a lock for the length of one addition: where many threads
// observe at a high rate, give each a series of its own by a label, or observe once a batch.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);  // not below 0
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

// Bucket bounds in seconds from 100 µs to 10 s, about three a decade: for anything that a person or a disk
// waits for.
std::vector<double> seconds_buckets();

// Any thread. The same name and labels give the same metric. A malformed name, or one name for two kinds of
// metric, is a std::invalid_argument.
class Metrics {
 public:
  Metrics();  // has pollux_build_info and the process_* metrics from the start
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  // Numbers that are kept elsewhere and read at each text(), on the thread that asks. `read` must be quick,
  // safe on any thread, and must not throw; what it reads outlives the last text().
  using Read = std::function<double()>;
  void observed_counter(const std::string& name, const std::string& help, const Labels& labels, Read read);
  void observed_gauge(const std::string& name, const std::string& help, const Labels& labels, Read read);

  // Everything in Prometheus's text format, version 0.0.4.
  std::string text() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pollux::telemetry
