#include "telemetry/server_metrics.hpp"

namespace pollux::telemetry {

void observe_server(Metrics& metrics, const std::string& listener, const http::ServerStatistics& statistics) {
  const Labels labels{{"listener", listener}};
  metrics.observed_counter("pollux_http_requests_total", "Requests that were read.", labels,
                           [&statistics] { return static_cast<double>(statistics.requests.load()); });
  metrics.observed_counter("pollux_http_refused_total",
                           "Requests and connections that the server refused by itself, with 4xx or 503.",
                           labels, [&statistics] { return static_cast<double>(statistics.rejected.load()); });
  metrics.observed_counter("pollux_http_failed_total",
                           "Requests whose handler broke off: it threw or gave no answer.", labels,
                           [&statistics] { return static_cast<double>(statistics.failed.load()); });
  metrics.observed_counter(
      "pollux_http_shed_total",
      "Times that connections or descriptors ran short: an idle connection was closed for a "
      "new one, or the new one was rejected.",
      labels, [&statistics] { return static_cast<double>(statistics.shed.load()); });
  metrics.observed_gauge("pollux_http_connections", "Open connections, upgraded ones included.", labels,
                         [&statistics] { return static_cast<double>(statistics.connections.load()); });
}

}  // namespace pollux::telemetry
