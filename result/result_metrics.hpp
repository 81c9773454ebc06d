// What Prometheus sees of the result service.
#pragma once

#include "service/metrics.hpp"
#include "socketio/server.hpp"

namespace pollux::result {

// Handles, safe on any thread; `metrics` outlives them.
struct ResultMetrics {
  explicit ResultMetrics(Metrics& metrics);

  Counter published;
  Histogram publish_delay_seconds;
  Histogram broadcast_seconds;
};

// Shows the numbers of the push protocol: README.md lists them. The server outlives the last Metrics::text().
void observe_viewers(Metrics& metrics, const socketio::Server& sockets);

}  // namespace pollux::result
