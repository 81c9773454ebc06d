// The management listener: health and metrics for operators, on a port that is not published.
#pragma once

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "http/server.hpp"
#include "telemetry/health.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::telemetry {

// Serves GET and HEAD of
//   /livez    200, or 503 with the thread that hangs
//   /readyz   200, or 503 with the reasons; plain text, a line per check
//   /metrics  Prometheus text
// on a thread of its own, so that it responds under load. It holds 64 connections; beyond that, idle ones are
// closed for new ones, which is logged. Declare it after everything that metrics and checks read, so that it
// is destroyed first.
class ManagementListener {
 public:
  // All arguments outlive it.
  ManagementListener(const Metrics& metrics, const Readiness& readiness, Liveness& liveness, Log& log);

  // Binds and serves. Returns the endpoint with its actual port.
  Result<http::Endpoint> listen(const http::Endpoint& endpoint);

 private:
  IoThreads thread_{1};
  http::Server server_;
};

}  // namespace pollux::telemetry
