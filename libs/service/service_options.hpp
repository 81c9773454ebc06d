// The settings that every service has.
#pragma once

#include <chrono>

#include "http/server.hpp"
#include "service/log.hpp"
#include "service/settings.hpp"

namespace pollux {

// Twice as long as the longest call that a healthy thread may make: a batch of a database that is slow.
inline constexpr std::chrono::milliseconds least_hang_limit{30'000};

struct ServiceOptions {
  http::Endpoint management_listen{"127.0.0.1", 9090};
  LogLevel log_level = LogLevel::info;
  std::chrono::milliseconds start_wait{30'000};  // for what the service needs
  std::chrono::milliseconds drain_time{8'000};   // for all steps of the drain together
  std::chrono::milliseconds drain_delay{0};      // from not being ready to closing the listeners
  std::chrono::milliseconds hang_limit{60'000};  // of a thread that does not take its turn
};

// Declares them in the group "Operation", and the command `healthcheck`.
void declare(Settings& settings, ServiceOptions& options);

// For services that people's browsers connect to: how long a load balancer has to notice that one stops. In
// the same group.
void declare_drain_delay(Settings& settings, ServiceOptions& options);

// For services that need another one: how long a start waits for it. In the same group.
void declare_start_wait(Settings& settings, ServiceOptions& options);

}  // namespace pollux
