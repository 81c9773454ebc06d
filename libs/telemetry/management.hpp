// The management listener: what the operators of a service ask it, on a port of its own that is not
// published.
#pragma once

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "http/server.hpp"
#include "telemetry/liveness.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/readiness.hpp"

namespace pollux::telemetry {

// GET and HEAD of
//   /livez    200, or 503 with the thread that hangs
//   /readyz   200, or 503 with the reasons; plain text, a line for each check
//   /metrics  Prometheus text
// on one thread of its own, so that it answers however busy the others are. It holds 64 connections; beyond
// them idle ones are closed for new ones, which the log says. Construct it after everything
// that the metrics and checks read: it is then the first to go.
class ManagementListener {
 public:
  // All outlive it.
  ManagementListener(const Metrics& metrics, const Readiness& readiness, Liveness& liveness, Log& log);

  // Binds and serves. The endpoint has the port that was taken.
  Result<http::Endpoint> listen(const http::Endpoint& endpoint);

 private:
  IoThreads thread_{1};
  http::Server server_;
};

}  // namespace pollux::telemetry
