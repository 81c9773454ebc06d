// What Prometheus sees of the result service.
#pragma once

#include "socketio/server.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::result {

// Handles, safe on any thread; `metrics` outlives them.
struct ResultMetrics {
  explicit ResultMetrics(telemetry::Metrics& metrics);

  telemetry::Counter published;
  telemetry::Histogram publish_delay_seconds;
  telemetry::Histogram broadcast_seconds;
};

// Shows the numbers of the push protocol: README.md lists them. The server outlives the last Metrics::text().
void observe_viewers(telemetry::Metrics& metrics, const socketio::Server& sockets);

}  // namespace pollux::result
