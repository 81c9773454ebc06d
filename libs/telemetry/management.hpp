// The management listener, which serves health and metrics on a port that is not published, and the client of
// the `healthcheck` subcommand, for images that contain neither a shell nor curl.
#pragma once

#include <chrono>
#include <string>

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
  // Adds to `metrics` what every program has: its own requests, the log's lines, readiness. All arguments
  // outlive it, and nothing calls Metrics::text() after its end but itself.
  ManagementListener(Metrics& metrics, const Readiness& readiness, Liveness& liveness, Log& log);

  // Binds and serves. Returns the endpoint with its actual port.
  Result<http::Endpoint> listen(const http::Endpoint& endpoint);

 private:
  IoThreads thread_{1};
  http::Server server_;
};

// The address at which this machine reaches a listener: localhost if it listens on all addresses.
http::Endpoint on_this_machine(http::Endpoint endpoint);

// Requests /readyz of the management listener at this endpoint; one on all addresses is asked on the loopback
// addresses. Returns a message for people if the service is ready; the error is the reason why not. The
// deadline is for connecting, sending and receiving, but not for resolving a host name, for which the system
// has its own timeouts. Blocks.
Result<std::string> check_health(const http::Endpoint& management,
                                 std::chrono::milliseconds deadline = std::chrono::seconds(2));

}  // namespace pollux::telemetry
