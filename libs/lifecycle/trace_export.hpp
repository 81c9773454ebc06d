// The export of a service's traces, with its metrics and log lines.
#pragma once

#include <chrono>
#include <optional>

#include "config/tracing_options.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "tracing/exporter.hpp"
#include "tracing/tracer.hpp"

namespace pollux::lifecycle {

// Without an endpoint in the options it does nothing, and its metrics stay 0. stop() and the destructor are
// for the owner, the rest for any thread.
class TraceExport {
 public:
  // The metrics and the log outlive it.
  TraceExport(const config::TracingOptions& options, telemetry::Metrics& metrics, telemetry::Log& log);

  // Off without an endpoint. May be used after this.
  tracing::Tracer tracer() const { return tracer_; }

  // Exports what waits, for `limit` at most.
  void stop(std::chrono::milliseconds limit);

 private:
  std::optional<tracing::Exporter> exporter_;
  tracing::Tracer tracer_;
};

}  // namespace pollux::lifecycle
