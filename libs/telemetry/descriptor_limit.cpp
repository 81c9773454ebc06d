#include "telemetry/descriptor_limit.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace pollux::telemetry {
namespace {

std::size_t usable_descriptors() {
  const std::size_t limit = http::limit_of_descriptors();
  return limit - std::min(limit, descriptors_left_to_others(limit));
}

void log_few_descriptors(Log& log, const std::string& listener) {
  log.repeated_warning("Connections are shed: descriptors are running out. Raise the limit of open files.",
                       {{"listener", listener}, {"limit", http::limit_of_descriptors()}});
}

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

std::size_t descriptors_left_to_others(std::size_t limit) {
  return std::clamp<std::size_t>(limit / 4, 16, 128);
}

void share_descriptors(http::ServerOptions& server, std::size_t listeners, const std::string& listener,
                       Log& log) {
  const std::size_t share = std::max<std::size_t>(usable_descriptors() / listeners, 1);
  const bool is_less = share < server.limits.connections;
  server.limits.connections = std::min(server.limits.connections, share);
  server.limits.spare_descriptors = descriptors_left_to_others(http::limit_of_descriptors());
  server.on_shed = [&log, listener, is_less](http::Shed why) {
    if (is_less || why == http::Shed::too_few_descriptors) return log_few_descriptors(log, listener);
    log.repeated_warning("Connections are shed: there are as many as max-connections allows.",
                         {{"listener", listener}});
  };
}

std::function<void(http::Shed)> report_shed(const std::string& listener, std::size_t connections, Log& log) {
  return [listener, connections, &log](http::Shed why) {
    if (why == http::Shed::too_few_descriptors) return log_few_descriptors(log, listener);
    log.repeated_warning("Connections are shed: there are as many as this listener holds.",
                         {{"listener", listener}, {"connections", connections}});
  };
}

void warn_of_few_descriptors(std::size_t connections, Log& log) {
  const auto limit = http::limit_of_descriptors();
  const auto usable = usable_descriptors();
  if (usable >= connections) return;
  log.warning(
      "The limit of open files is too small for max-connections. Raise it (ulimit -n, LimitNOFILE= or "
      "--ulimit "
      "nofile), or lower max-connections.",
      {{"limit", limit}, {"connections_allowed", connections}, {"connections_possible", usable}});
}

}  // namespace pollux::telemetry
