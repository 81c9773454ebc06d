#include "config/network_options.hpp"

#include <algorithm>
#include <thread>

#include "telemetry/descriptor_limit.hpp"
#include "telemetry/failed_requests.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t most_io_threads = 256;
constexpr std::size_t most_io_threads_unasked = 16;

}  // namespace

std::size_t NetworkOptions::thread_count() const {
  if (io_threads > 0) return io_threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_io_threads_unasked);
}

http::ServerOptions NetworkOptions::server(const std::string& listener, telemetry::Log& log) const {
  http::ServerOptions server;
  server.on_failure = report_failed_requests(listener, log);
  server.limits.connections = max_connections;
  telemetry::share_descriptors(server, listeners, listener, log);
  return server;
}

void NetworkOptions::warn_where_descriptors_are_few(telemetry::Log& log) const {
  pollux::telemetry::warn_where_descriptors_are_few(listeners * max_connections, log);
}

void declare(Settings& settings, NetworkOptions& options) {
  settings.group("Network");
  settings.add("io-threads", setting::whole_number(&options.io_threads, 0, most_io_threads),
               "Threads that serve the pages; 0: as many as there are cores.");
  settings.add("max-connections", setting::whole_number(&options.max_connections, 1, 1'000'000),
               "Connections that each page's listener holds at a time; beyond it idle ones are closed for "
               "new ones, and "
               "where none is idle clients get a 503.");
}

}  // namespace pollux::config
