#include "telemetry/observed_metrics.hpp"

#include <stdexcept>
#include <utility>

#include <prometheus/check_names.h>

namespace pollux::telemetry {

void ObservedMetrics::add(prometheus::MetricType type, const std::string& name, const std::string& help,
                          const Labels& labels, Metrics::Read read) {
  if (!prometheus::CheckMetricName(name)) throw std::invalid_argument("Not a metric's name: " + name);
  Series series{{}, std::move(read)};
  for (const auto& [label, value] : labels) series.labels.push_back({label, value});
  const std::lock_guard lock(mutex_);
  Family& family = families_.try_emplace(name, Family{type, help, {}}).first->second;
  if (family.type != type) throw std::invalid_argument("A metric of another type has the name " + name);
  family.series.push_back(std::move(series));
}

std::vector<prometheus::MetricFamily> ObservedMetrics::Collect() const {
  const std::lock_guard lock(mutex_);
  std::vector<prometheus::MetricFamily> collected;
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily& shown = collected.emplace_back();
    shown.name = name;
    shown.help = family.help;
    shown.type = family.type;
    for (const Series& series : family.series) {
      prometheus::ClientMetric& metric = shown.metric.emplace_back();
      metric.label = series.labels;
      (family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) =
          series.read();
    }
  }
  return collected;
}

}  // namespace pollux::telemetry
