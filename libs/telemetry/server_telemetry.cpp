#include "telemetry/server_telemetry.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "telemetry/log.hpp"

namespace pollux::telemetry {
namespace {

std::vector<double> bounds_in_seconds() {
  std::vector<double> bounds;
  for (const auto microseconds : http::DurationHistogram::bounds) {
    bounds.push_back(static_cast<double>(microseconds) / 1e6);
  }
  return bounds;
}

HistogramReading reading(Labels labels, const http::DurationHistogram::Counts& durations) {
  return {std::move(labels),
          {durations.buckets.begin(), durations.buckets.end()},
          std::chrono::duration<double>(durations.sum).count()};
}

// Status 0 is not a response but what exceeds ThreadStatistics::max_kinds.
std::vector<HistogramReading> response_times(const std::string& listener,
                                             const http::ServerStatistics& statistics) {
  std::vector<HistogramReading> readings;
  for (const auto& [kind, durations] : statistics.responses()) {
    readings.push_back(reading({{"listener", listener},
                                {"method", std::string(name_of(kind.method))},
                                {"route", std::string(kind.route)},
                                {"code", kind.status == 0 ? "other" : std::to_string(kind.status)}},
                               durations));
  }
  return readings;
}

}  // namespace

void observe_server(Metrics& metrics, const std::string& listener, const http::ServerStatistics& statistics) {
  const Labels labels{{"listener", listener}};
  metrics.observed_histograms(
      "pollux_http_request_duration_seconds",
      "Time from the received head of a request to its sent response. Code 499: the client disconnected "
      "before the whole response was sent.",
      bounds_in_seconds(), [listener, &statistics] { return response_times(listener, statistics); });
  metrics.observed_counter("pollux_http_rejected_total",
                           "Requests and connections rejected by the server itself, with 4xx or 503.", labels,
                           [&statistics] { return static_cast<double>(statistics.rejected.load()); });
  metrics.observed_counter("pollux_http_failed_total",
                           "Requests whose handler threw, dropped its reply or did not reply in time.",
                           labels, [&statistics] { return static_cast<double>(statistics.failed.load()); });
  metrics.observed_counter("pollux_http_shed_total",
                           "Times that connections or descriptors were exhausted: an idle connection was "
                           "closed for a new one, or the new one was rejected.",
                           labels, [&statistics] { return static_cast<double>(statistics.shed.load()); });
  metrics.observed_gauge("pollux_http_connections", "Open connections, including upgraded ones.", labels,
                         [&statistics] { return static_cast<double>(statistics.connections.load()); });
  metrics.observed_histograms("pollux_event_loop_lag_seconds",
                              "How late a timer of the io threads fired: the time that they were busy with "
                              "something else, or waited for a processor.",
                              bounds_in_seconds(), [labels, &statistics] {
                                return std::vector{reading(labels, statistics.loop_lag())};
                              });
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
                                                         {"request_id", if_not_empty(failure.request_id)},
                                                         {"reason", failure.what}});
      std::abort();
    }
    const std::string route = std::string(failure.method) + " " + std::string(failure.path);
    const auto suppressed = repeats->admit(route, RepeatLimit::Clock::now());
    if (!suppressed) return;
    log.error("A request failed.", {{"listener", listener},
                                    {"method", failure.method},
                                    {"path", failure.path},
                                    {"request_id", if_not_empty(failure.request_id)},
                                    {"reason", failure.what},
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
               {{"request_id", request.id},
                {"origin", request.header("Origin")},
                {"host", request.header("Host")},
                {"sec_fetch_site", request.header("Sec-Fetch-Site")},
                {"remedy", remedy_},
                {"suppressed", *suppressed}});
}

}  // namespace pollux::telemetry
