// The metrics of the result service.
#pragma once

#include "socketio/server.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::result {

// Any thread. `metrics` must outlive it.
struct ResultMetrics {
  explicit ResultMetrics(telemetry::Metrics& metrics);

  telemetry::Counter published;
  telemetry::Histogram publish_delay_seconds;
  telemetry::Histogram broadcast_seconds;
};

// Adds the metrics of the push protocol (README.md). `sockets` must outlive the last Metrics::text().
void observe_viewers(telemetry::Metrics& metrics, const socketio::Server& sockets);

}  // namespace pollux::result
