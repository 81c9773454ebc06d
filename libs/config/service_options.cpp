#include "config/service_options.hpp"

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

#include "telemetry/descriptor_limit.hpp"
#include "telemetry/health.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t max_io_threads = 256;
constexpr std::size_t max_default_io_threads = 16;

setting::Value trusted_proxies(http::TrustedProxies* target) {
  using Ranges = std::vector<std::string>;
  const auto read = [](std::string_view text) -> Result<http::TrustedProxies> {
    Ranges ranges;
    if (!setting::list(&ranges, http::TrustedProxies::max_ranges).assign(text)) {
      return invalid("The list of proxies is too long or has an empty item.");
    }
    return http::TrustedProxies::parse(ranges);
  };
  Ranges none;
  setting::Value value = setting::list(&none);
  value.placeholder = "CIDR,…";
  value.allowed = "at most " + std::to_string(http::TrustedProxies::max_ranges) +
                  " comma-separated addresses and CIDR blocks";
  value.explain = [read](std::string_view text) {
    const auto proxies = read(text);
    return proxies ? std::string() : proxies.error().message;
  };
  value.assign = [read, target](std::string_view text) {
    auto proxies = read(text);
    if (!proxies) return false;
    *target = *std::move(proxies);
    return true;
  };
  return value;
}

}  // namespace

using namespace std::chrono_literals;

void declare(Settings& settings, ServiceOptions& options, ServiceKind kind) {
  settings.command(
      "healthcheck",
      "Check whether the service is ready, through its management listener: exit status 0 or 1.");
  settings.group("Operation");
  settings.add(
      "management-listen", setting::endpoint(&options.management_listen),
      "Address of the management listener: /livez, /readyz and /metrics. Do not expose it to the public.");
  settings.add("log-level",
               setting::one_of(&options.log_level, {{"debug", telemetry::LogLevel::debug},
                                                    {"info", telemetry::LogLevel::info},
                                                    {"warning", telemetry::LogLevel::warning},
                                                    {"error", telemetry::LogLevel::error}}),
               "The least severe level that is logged.");
  settings.add("drain-time", setting::duration(&options.drain_time, 100ms, 10min),
               "Timeout of the drain after SIGTERM, without --drain-delay; what remains is aborted. Docker "
               "kills a process after 10 s.");
  settings.add("hang-limit", setting::duration(&options.hang_limit, telemetry::min_hang_limit, 1h),
               "How long a thread may make no progress before /livez returns 503, so that a supervisor "
               "restarts the process.");
  if (kind.has_visitors) {
    settings.add("drain-delay", setting::duration(&options.drain_delay, 0ms, 10min),
                 "How long /readyz returns 503 after SIGTERM before the listeners close: the time a load "
                 "balancer needs to notice.");
  }
  if (kind.has_dependencies) {
    settings.add("start-wait", setting::duration(&options.start_wait, 0ms, 24h),
                 "How long to wait for Redis and the database at startup, or in a command. A running service "
                 "waits for them indefinitely.");
  }
  declare(settings, options.tracing);
}

std::size_t NetworkOptions::thread_count() const {
  if (io_threads > 0) return io_threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, max_default_io_threads);
}

http::ServerOptions NetworkOptions::server(const std::string& listener, telemetry::Log& log) const {
  http::ServerOptions server;
  server.on_failure = report_failed_requests(listener, log);
  server.limits.connections = max_connections;
  server.trusted_proxies = trusted_proxies;
  telemetry::share_descriptors(server, listeners, listener, log);
  return server;
}

void NetworkOptions::warn_of_few_descriptors(telemetry::Log& log) const {
  pollux::telemetry::warn_of_few_descriptors(listeners * max_connections, log);
}

void declare(Settings& settings, NetworkOptions& options) {
  settings.group("Network");
  settings.add("io-threads", setting::integer(&options.io_threads, 0, max_io_threads),
               "Number of threads that serve the pages; 0: one per core, at most 16.");
  settings.add("max-connections", setting::integer(&options.max_connections, 1, 1'000'000),
               "Maximum number of connections of each page listener. Beyond it a slow or idle connection is "
               "closed for a new one; if there is none, the client gets a 503.");
  settings.add(
      "trusted-proxies", trusted_proxies(&options.trusted_proxies),
      "Addresses of the proxies in front of the pages. The client of a request that comes from one of "
      "them is the first other address of X-Forwarded-For, from the right; limits per network apply "
      "to it.");
}

// Complete: see the header before adding a name.
std::vector<FormerVariable> former_variables() {
  constexpr std::string_view settings[] = {
      "allowed-origins", "database",   "drain-time",        "io-threads",      "listen",
      "log-level",       "max-batch",  "management-listen", "max-connections", "max-in-flight",
      "publish-period",  "queue",      "queue-capacity",    "reclaim-after",   "repair",
      "result-listen",   "start-wait", "stream-shards",     "vote-listen",     "voter-key"};
  std::vector<FormerVariable> formers;
  for (const std::string_view setting : settings) {
    formers.push_back({variable_of(setting, ""), std::string(setting)});
  }
  formers.push_back(
      {.name = "DRAIN_LIST", .setting = "drain-list", .instead = "Use POLLUX_IMPORT_LEGACY_LIST."});
  return formers;
}

std::vector<FormerVariable> former_vote_page_variables() {
  std::vector<FormerVariable> formers = former_variables();
  formers.push_back(
      {.name = "RESULTS_URL", .setting = "results-url", .instead = "Use POLLUX_PUBLIC_RESULT_URL."});
  formers.push_back({.name = "SECURE_COOKIES",
                     .setting = "secure-cookies",
                     .instead = "Use POLLUX_PUBLIC_URL; https makes cookies Secure."});
  formers.push_back({.name = "RESULT_PORT",
                     .setting = "",
                     .instead = "Set POLLUX_PUBLIC_RESULT_URL to the address of the result page."});
  return formers;
}

}  // namespace pollux::config
