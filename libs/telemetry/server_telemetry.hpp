// What a service reports about an HTTP server: its metrics, failed requests and rejected origins.
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "http/request.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::telemetry {

// Adds, all with the label listener="<name>":
//   pollux_http_request_duration_seconds, also with the labels method, route and code (http::ResponseKind)
//   pollux_http_rejected_total, pollux_http_failed_total, pollux_http_shed_total, pollux_http_connections
//   pollux_event_loop_lag_seconds
// `statistics` outlives the last Metrics::text().
void observe_server(Metrics& metrics, const std::string& listener, const http::ServerStatistics& statistics);

// True for exceptions that mean a bug in this program: std::logic_error, std::bad_optional_access,
// std::bad_variant_access, std::bad_function_call. Bad input never throws these: parsers return a Result.
bool is_broken_invariant(const std::exception_ptr& exception);

// The ServerOptions::on_failure of a listener: logs handlers that failed, each method and path at most once
// per Log::repeat_period with the number of suppressed lines. Aborts the process after logging a
// broken invariant. The log outlives the server.
std::function<void(const http::HandlerFailure&)> report_failed_requests(std::string listener, Log& log);

// Logs requests that failed the origin check, since a misconfigured proxy may be the reason: at most one line
// per minute, with the mismatching values, the settings that allow such requests and the number of suppressed
// lines. Any thread; the log outlives it.
class RejectedOrigins {
 public:
  // `public_url_flag`: the setting with the page's own address, such as "--public-url".
  RejectedOrigins(Log& log, std::string public_url_flag);

  void add(const http::Request& request);

 private:
  Log& log_;
  const std::string remedy_;
  RepeatLimit limit_;
};

}  // namespace pollux::telemetry
