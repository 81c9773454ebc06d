// Metrics whose numbers are kept elsewhere and read when they are asked for.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "telemetry/metrics.hpp"

namespace pollux::telemetry {

// Any thread.
class ObservedMetrics : public prometheus::Collectable {
 public:
  // `type` is Counter or Gauge. Throws std::invalid_argument where the name has another type already.
  void add(prometheus::MetricType type, const std::string& name, const std::string& help,
           const Labels& labels, Metrics::Read read);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Series {
    std::vector<prometheus::ClientMetric::Label> labels;
    Metrics::Read read;
  };
  struct Family {
    prometheus::MetricType type;
    std::string help;
    std::vector<Series> series;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

}  // namespace pollux::telemetry
