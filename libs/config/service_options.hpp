// The settings that several programs share: operation, network, and their former names.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/tracing_options.hpp"
#include "http/client_address.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::config {

struct ServiceOptions {
  http::Endpoint management_listen{"127.0.0.1", 9090};
  telemetry::LogLevel log_level = telemetry::LogLevel::info;
  std::chrono::milliseconds start_wait{30'000};  // for dependencies
  std::chrono::milliseconds drain_time{8'000};   // for all steps of the drain together
  std::chrono::milliseconds drain_delay{0};      // from "not ready" to closing the listeners
  std::chrono::milliseconds hang_limit{60'000};  // for a thread without progress
  TracingOptions tracing{};
};

// Decides which of the settings a service has.
struct ServiceKind {
  bool has_visitors = false;      // serves browsers, behind a load balancer: drain_delay
  bool has_dependencies = false;  // waits for other services when it starts: start_wait
};

// Declares them in the groups "Operation" and "Traces", and the command `healthcheck`.
void declare(Settings& settings, ServiceOptions& options, ServiceKind kind);

// For a service that browsers connect to.
struct NetworkOptions {
  std::size_t io_threads = 0;  // 0: one per core, at most 16
  std::size_t max_connections = 20'000;
  http::TrustedProxies trusted_proxies{};
  std::size_t listeners = 1;  // page listeners, which share the descriptors of the process; not a setting

  std::size_t thread_count() const;
  // For the listener with this name. Failed requests and connection shedding are logged; the log outlives the
  // server.
  http::ServerOptions server(const std::string& listener, telemetry::Log& log) const;
  // Call after all listeners are open: warns if the limit of open files is too small for these settings.
  void warn_of_few_descriptors(telemetry::Log& log) const;
};

// Declares them in the group "Network".
void declare(Settings& settings, NetworkOptions& options);

// For ProgramDescription: the variables of the settings that existed before the prefix POLLUX_ was introduced
// (THREADS, now POLLUX_THREADS), for all programs together; those of settings that a program does not have
// are ignored. This version still reads them, with a warning. A setting that is added now has no former
// variable, so the list does not grow, and the next version deletes it.
std::vector<FormerVariable> former_variables();

// The above, and those of the vote page that the public URLs replaced.
std::vector<FormerVariable> former_vote_page_variables();

}  // namespace pollux::config
