#include "telemetry/metrics.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <prometheus/check_names.h>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "telemetry/process.hpp"

namespace pollux::telemetry {
namespace {

// The metrics whose values are read by text(). Any thread.
class ObservedMetrics : public prometheus::Collectable {
 public:
  // Appends the current values to a family.
  using Append = std::function<void(std::vector<prometheus::ClientMetric>&)>;

  // Throws std::invalid_argument if the name is malformed or has another type.
  void add(prometheus::MetricType type, const std::string& name, const std::string& help, Append append);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Family {
    prometheus::MetricType type;
    std::string help;
    std::vector<Append> parts;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

std::vector<prometheus::ClientMetric::Label> shown(const Labels& labels) {
  std::vector<prometheus::ClientMetric::Label> list;
  for (const auto& [label, value] : labels) list.push_back({label, value});
  return list;
}

ObservedMetrics::Append append_number(prometheus::MetricType type, const Labels& labels, Metrics::Read read) {
  return [type, labels = shown(labels), read = std::move(read)](auto& metrics) {
    prometheus::ClientMetric& metric = metrics.emplace_back();
    metric.label = labels;
    (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = read();
  };
}

prometheus::ClientMetric shown(const HistogramReading& reading, const std::vector<double>& bounds) {
  prometheus::ClientMetric metric;
  metric.label = shown(reading.labels);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < reading.buckets.size(); ++i) {
    cumulative += reading.buckets[i];
    const bool is_last = i == bounds.size();
    metric.histogram.bucket.push_back(
        {cumulative, is_last ? std::numeric_limits<double>::infinity() : bounds.at(i)});
  }
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = reading.sum;
  return metric;
}

void ObservedMetrics::add(prometheus::MetricType type, const std::string& name, const std::string& help,
                          Append append) {
  if (!prometheus::CheckMetricName(name)) throw std::invalid_argument("Not a metric name: " + name);
  const std::lock_guard lock(mutex_);
  Family& family = families_.try_emplace(name, Family{type, help, {}}).first->second;
  if (family.type != type) throw std::invalid_argument("This metric exists with another type: " + name);
  family.parts.push_back(std::move(append));
}

std::vector<prometheus::MetricFamily> ObservedMetrics::Collect() const {
  const std::lock_guard lock(mutex_);
  std::vector<prometheus::MetricFamily> collected;
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily& collecting = collected.emplace_back();
    collecting.name = name;
    collecting.help = family.help;
    collecting.type = family.type;
    for (const Append& append : family.parts) append(collecting.metric);
  }
  return collected;
}

}  // namespace

void Counter::add(double amount) {
  counter_->Increment(amount);
}
double Counter::value() const {
  return counter_->Value();
}

void Gauge::set(double value) {
  gauge_->Set(value);
}
void Gauge::add(double amount) {
  gauge_->Increment(amount);
}
double Gauge::value() const {
  return gauge_->Value();
}

void Histogram::observe(double value) {
  histogram_->Observe(value);
}
void Histogram::observe(double value, std::uint64_t count) {
  std::vector<double> increments(bounds_->size() + 1);
  const auto bucket = std::ranges::lower_bound(*bounds_, value) - bounds_->begin();
  increments[static_cast<std::size_t>(bucket)] = static_cast<double>(count);
  histogram_->ObserveMultiple(increments, value * static_cast<double>(count));
}

std::vector<double> seconds_buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

class Metrics::State {
 public:
  prometheus::Registry registry;
  ObservedMetrics observed;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {
  gauge("pollux_build_info", "Always 1; the labels describe the build.",
        {{"version", std::string(version())}, {"compiler", std::string(compiler())}})
      .set(1);
  observe_process(*this);
}

Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
  return Counter(family.Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
  return Gauge(family.Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help,
                             const std::vector<double>& bounds, const Labels& labels) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
  return {family.Add(labels, bounds), bounds};
}

void Metrics::observed_counter(const std::string& name, const std::string& help, const Labels& labels,
                               Read read) {
  constexpr auto type = prometheus::MetricType::Counter;
  state_->observed.add(type, name, help, append_number(type, labels, std::move(read)));
}

void Metrics::observed_gauge(const std::string& name, const std::string& help, const Labels& labels,
                             Read read) {
  constexpr auto type = prometheus::MetricType::Gauge;
  state_->observed.add(type, name, help, append_number(type, labels, std::move(read)));
}

void Metrics::observed_histograms(const std::string& name, const std::string& help,
                                  const std::vector<double>& bounds, ReadHistograms read) {
  state_->observed.add(prometheus::MetricType::Histogram, name, help,
                       [bounds, read = std::move(read)](auto& metrics) {
                         for (const auto& reading : read()) metrics.push_back(shown(reading, bounds));
                       });
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  for (auto& family : state_->observed.Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

void observe_connections(Metrics& metrics, const std::string& name, const std::string& help,
                         const std::function<ConnectionCounts()>& read) {
  metrics.observed_gauge(name, help, {{"state", "connected"}},
                         [read] { return static_cast<double>(read().connected); });
  metrics.observed_gauge(name, help, {{"state", "disconnected"}},
                         [read] { return static_cast<double>(read().disconnected); });
}

}  // namespace pollux::telemetry
