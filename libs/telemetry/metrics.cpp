#include "telemetry/metrics.hpp"

#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "telemetry/observed_metrics.hpp"
#include "telemetry/process_metrics.hpp"
#include "telemetry/version.hpp"

namespace pollux::telemetry {

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

std::vector<double> seconds_buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

class Metrics::State {
 public:
  prometheus::Registry registry;
  ObservedMetrics observed;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {
  gauge("pollux_build_info", "1, with what this program was built from as labels.",
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
  return Histogram(family.Add(labels, bounds));
}

void Metrics::observed_counter(const std::string& name, const std::string& help, const Labels& labels,
                               Read read) {
  state_->observed.add(prometheus::MetricType::Counter, name, help, labels, std::move(read));
}

void Metrics::observed_gauge(const std::string& name, const std::string& help, const Labels& labels,
                             Read read) {
  state_->observed.add(prometheus::MetricType::Gauge, name, help, labels, std::move(read));
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  for (auto& family : state_->observed.Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace pollux::telemetry
