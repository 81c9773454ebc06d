#include "lifecycle/trace_export.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace pollux::lifecycle {
namespace {

// `exporter` may have none: then the values are 0.
void observe(telemetry::Metrics& metrics, const std::optional<tracing::Exporter>& exporter) {
  using Counter = std::atomic<std::uint64_t> tracing::ExportStatistics::*;
  const auto add = [&](const std::string& name, const std::string& help, const telemetry::Labels& labels,
                       Counter counter) {
    metrics.observed_counter(name, help, labels, [&exporter, counter] {
      return exporter ? static_cast<double>((exporter->statistics().*counter).load()) : 0.0;
    });
  };
  using tracing::ExportStatistics;
  add("pollux_spans_exported_total", "Spans of traces that the collector accepted.", {},
      &ExportStatistics::exported);
  const std::string dropped = "pollux_spans_dropped_total";
  const std::string help = "Spans of traces that were not exported, by reason.";
  add(dropped, help, {{"reason", "queue_full"}}, &ExportStatistics::dropped_queue_full);
  add(dropped, help, {{"reason", "export_failed"}}, &ExportStatistics::dropped_export_failed);
  add("pollux_span_export_failures_total", "Failed attempts to export a batch of spans.", {},
      &ExportStatistics::failures);
}

}  // namespace

TraceExport::TraceExport(const config::TracingOptions& options, telemetry::Metrics& metrics,
                         telemetry::Log& log) {
  if (options.endpoint) {
    exporter_.emplace(tracing::Exporter::Options{
        .endpoint = *options.endpoint,
        .resource = options.resource(),
        .on_failure = [&log, collector = options.endpoint->text()](const std::string& reason) {
          log.repeated_warning("Spans could not be exported to the collector.",
                               {{"collector", collector}, {"reason", reason}});
        }});
    tracer_ = tracing::Tracer(exporter_->sink(), options.ratio);
  }
  observe(metrics, exporter_);
}

void TraceExport::stop(std::chrono::milliseconds limit) {
  if (exporter_) exporter_->stop(limit);
}

}  // namespace pollux::lifecycle
