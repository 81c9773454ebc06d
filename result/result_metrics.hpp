// The metrics of the result service.
#pragma once

#include <chrono>

#include "poll/vote_times.hpp"
#include "socketio/server.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::result {

// Any thread. `metrics` must outlive it.
struct ResultMetrics {
  explicit ResultMetrics(telemetry::Metrics& metrics);

  // The votes are on the screens at the time `now`.
  void observe_votes(const poll::VoteTimes& votes, std::chrono::system_clock::time_point now);

  telemetry::Counter published;
  telemetry::Histogram publish_delay_seconds;
  telemetry::Histogram broadcast_seconds;
  telemetry::Histogram vote_to_screen_seconds;
};

// Adds the metrics of the push protocol (README.md). `sockets` must outlive the last Metrics::text().
void observe_viewers(telemetry::Metrics& metrics, const socketio::Server& sockets);

}  // namespace pollux::result
