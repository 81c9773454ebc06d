// The settings that every service has.
#pragma once

#include <chrono>

#include "config/settings.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::config {

struct ServiceOptions {
  http::Endpoint management_listen{"127.0.0.1", 9090};
  telemetry::LogLevel log_level = telemetry::LogLevel::info;
  std::chrono::milliseconds start_wait{30'000};  // for what the service needs
  std::chrono::milliseconds drain_time{8'000};   // for all steps of the drain together
  std::chrono::milliseconds drain_delay{0};      // from not being ready to closing the listeners
  std::chrono::milliseconds hang_limit{60'000};  // of a thread that does not take its turn
};

// What a service is to others, which decides which of the settings it has.
struct ServiceKind {
  bool has_visitors = false;  // people's browsers connect to it: drain_delay, for a load balancer to notice
  bool needs_others = false;  // it waits for another service at its start: start_wait
};

// Declares them in the group "Operation", and the command `healthcheck`.
void declare(Settings& settings, ServiceOptions& options, ServiceKind kind);

}  // namespace pollux::config
