// The settings of a service that people's browsers connect to.
#pragma once

#include <cstddef>
#include <string>

#include "config/settings.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::config {

struct NetworkOptions {
  std::size_t io_threads = 0;  // 0: as many as there are cores
  std::size_t max_connections = 20'000;
  std::size_t listeners = 1;  // of pages, which share the process's descriptors; not a setting

  std::size_t thread_count() const;
  // For the listener of that name; its failed requests, and that connections are shed, go to the
  // log, which outlives the server.
  http::ServerOptions server(const std::string& listener, telemetry::Log& log) const;
  // When all listeners have been opened: warns where the limit of open files does not fit these settings.
  void warn_where_descriptors_are_few(telemetry::Log& log) const;
};

// Declares them in the group "Network".
void declare(Settings& settings, NetworkOptions& options);

}  // namespace pollux::config
