// Metrics for Prometheus. Names follow its conventions (https://prometheus.io/docs/practices/naming/): base
// units, and a suffix for the unit or for a counter: pollux_commit_seconds, pollux_votes_accepted_total.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace pollux::telemetry {

using Labels = std::map<std::string, std::string>;

// Counter, Gauge and Histogram refer to one series: a metric with the values of its labels. They are cheap to
// copy, valid as long as their Metrics exists, and safe on any thread. Changing a counter or gauge is one
// atomic operation. An observation takes a lock: if many threads observe at a high rate, count without the
// lock and show the counts with observed_histograms(), or observe once per batch.
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
  Histogram(prometheus::Histogram& histogram, std::vector<double> bounds)
      : histogram_(&histogram), bounds_(std::make_shared<const std::vector<double>>(std::move(bounds))) {}
  void observe(double value);
  void observe(double value, std::uint64_t count);  // as often, at once

 private:
  prometheus::Histogram* histogram_;
  std::shared_ptr<const std::vector<double>> bounds_;
};

// Bucket bounds in seconds, from 100 µs to 10 s, about three per decade: for waits of people and disks.
std::vector<double> seconds_buckets();

// One series of a histogram that is counted elsewhere.
struct HistogramReading {
  Labels labels;
  std::vector<std::uint64_t> buckets;  // each without the ones before it; one more than bounds
  double sum = 0;
};

// All metrics of a program. Any thread. The first call with a name and labels creates the series; later ones
// return the same series and ignore `help` and `bounds`. A malformed name, or one that a metric of another
// type has, throws std::invalid_argument. A name is either observed or not.
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

  // For values that exist elsewhere: each text() calls `read`, on its own thread. `read` must be fast and
  // must not throw; what it reads outlives the last text(). Call once for the same name and labels.
  using Read = std::function<double()>;
  void observed_counter(const std::string& name, const std::string& help, const Labels& labels, Read read);
  void observed_gauge(const std::string& name, const std::string& help, const Labels& labels, Read read);
  // For histograms whose series appear while the program runs. `bounds` as of histogram(). Several calls
  // may add to one family, with different labels.
  using ReadHistograms = std::function<std::vector<HistogramReading>()>;
  void observed_histograms(const std::string& name, const std::string& help,
                           const std::vector<double>& bounds, ReadHistograms read);

  // All series in Prometheus' text format, version 0.0.4.
  std::string text() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

// How many of the connections that a program needs are there.
struct ConnectionCounts {
  std::size_t connected = 0;
  std::size_t disconnected = 0;

  // A connection that was not needed yet is nothing, and not counted.
  void add(std::optional<bool> is_connected) {
    if (is_connected) ++(*is_connected ? connected : disconnected);
  }
};

// Adds a gauge with the series state="connected" and state="disconnected". For `read` see Metrics::Read.
void observe_connections(Metrics& metrics, const std::string& name, const std::string& help,
                         const std::function<ConnectionCounts()>& read);

}  // namespace pollux::telemetry
