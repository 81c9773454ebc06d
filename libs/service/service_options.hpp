// The settings that every service has.
#pragma once

#include <chrono>

#include "http/server.hpp"
#include "service/log.hpp"
#include "service/settings.hpp"

namespace pollux {

struct ServiceOptions {
  http::Endpoint management_listen{"127.0.0.1", 9090};
  LogLevel log_level = LogLevel::info;
  std::chrono::milliseconds drain_time{10'000};  // for each step of the drain
};

// Declares them in the group "Operation", and the command `healthcheck`.
void declare(Settings& settings, ServiceOptions& options);

}  // namespace pollux
