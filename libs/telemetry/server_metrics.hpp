// The numbers of an HTTP server: requests, rejections and open connections.
#pragma once

#include <string>

#include "http/server.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::telemetry {

// As pollux_http_requests_total, pollux_http_refused_total, pollux_http_failed_total,
// pollux_http_shed_total and pollux_http_connections, with the label listener="<name>". The statistics (of
// http::Server::statistics) outlive the last Metrics::text().
void observe_server(Metrics& metrics, const std::string& listener, const http::ServerStatistics& statistics);

}  // namespace pollux::telemetry
