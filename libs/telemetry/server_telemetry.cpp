#include "telemetry/server_telemetry.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "telemetry/log.hpp"

namespace pollux::telemetry {

void observe_server(Metrics& metrics, const std::string& listener, const http::ServerStatistics& statistics) {
  const Labels labels{{"listener", listener}};
  metrics.observed_counter("pollux_http_requests_total", "Requests received.", labels,
                           [&statistics] { return static_cast<double>(statistics.requests.load()); });
  metrics.observed_counter("pollux_http_refused_total",
                           "Requests and connections rejected by the server itself, with 4xx or 503.", labels,
                           [&statistics] { return static_cast<double>(statistics.rejected.load()); });
  metrics.observed_counter("pollux_http_failed_total", "Requests whose handler threw or did not reply.",
                           labels, [&statistics] { return static_cast<double>(statistics.failed.load()); });
  metrics.observed_counter("pollux_http_shed_total",
                           "Times that connections or descriptors were exhausted: an idle connection was "
                           "closed for a new one, or the "
                           "new one was rejected.",
                           labels, [&statistics] { return static_cast<double>(statistics.shed.load()); });
  metrics.observed_gauge("pollux_http_connections", "Open connections, including upgraded ones.", labels,
                         [&statistics] { return static_cast<double>(statistics.connections.load()); });
}

bool is_broken_invariant(const std::exception_ptr& exception) {
  if (!exception) return false;
  try {
    std::rethrow_exception(exception);
  } catch (const std::logic_error&) {
    return true;
  } catch (const std::bad_optional_access&) {
    return true;
  } catch (const std::bad_variant_access&) {
    return true;
  } catch (const std::bad_function_call&) {
    return true;
  } catch (...) {
    return false;
  }
}

std::function<void(const http::HandlerFailure&)> report_failed_requests(std::string listener, Log& log) {
  const auto repeats = std::make_shared<RepeatLimit>(Log::repeat_period);
  return [listener = std::move(listener), &log, repeats](const http::HandlerFailure& failure) {
    if (is_broken_invariant(failure.exception)) {
      log.error("A broken invariant ends the process.", {{"listener", listener},
                                                         {"method", failure.method},
                                                         {"path", failure.path},
                                                         {"what", failure.what}});
      std::abort();
    }
    const std::string route = std::string(failure.method) + " " + std::string(failure.path);
    const auto suppressed = repeats->admit(route, RepeatLimit::Clock::now());
    if (!suppressed) return;
    log.error("A request failed.", {{"listener", listener},
                                    {"method", failure.method},
                                    {"path", failure.path},
                                    {"what", failure.what},
                                    {"suppressed", *suppressed}});
  };
}

RejectedOrigins::RejectedOrigins(Log& log, std::string public_url_flag)
    : log_(log),
      remedy_("If this is your own site, a proxy changes the Host header: set " + public_url_flag +
              " to the page's address as visitors see it. For a page of another site add its origin to "
              "--allowed-origins."),
      limit_(std::chrono::minutes(1)) {}

void RejectedOrigins::add(const http::Request& request) {
  const auto suppressed = limit_.admit("", RepeatLimit::Clock::now());
  if (!suppressed) return;
  log_.warning("A request was rejected because its Origin is not this site.",
               {{"origin", request.header("Origin")},
                {"host", request.header("Host")},
                {"sec_fetch_site", request.header("Sec-Fetch-Site")},
                {"remedy", remedy_},
                {"suppressed", *suppressed}});
}

}  // namespace pollux::telemetry
