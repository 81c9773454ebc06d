#include "telemetry/management.hpp"

#include <utility>

#include "http/router.hpp"
#include "telemetry/descriptor_limit.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::telemetry {
namespace {

http::ServerOptions management_server(Log& log) {
  http::ServerOptions options;
  options.on_failure = report_failed_requests("management", log);
  options.limits.header_bytes = 8 * 1024;
  options.limits.target_bytes = 1024;
  options.limits.body_bytes = 0;
  options.limits.connections = 64;
  options.on_shed = report_shed("management", options.limits.connections, log);
  return options;
}

http::Response fresh(http::Response response) {
  response.set("Cache-Control", "no-store");
  return response;
}

http::Response say_alive(Liveness& liveness, Log& log) {
  const Result<void> alive = liveness.check();
  if (alive) return http::text(200, "alive\n");
  log.repeated_warning("A thread hangs.", {{"reason", alive.error().message}});
  return http::text(503, alive.error().message + "\n");
}

http::Router routes(const Metrics& metrics, const Readiness& readiness, Liveness& liveness, Log& log) {
  using http::Method;
  http::Router router;
  router.on(Method::get, "/livez", [&liveness, &log](const http::Request&, const http::Reply& reply) {
    reply(fresh(say_alive(liveness, log)));
  });
  router.on(Method::get, "/readyz", [&readiness](const http::Request&, const http::Reply& reply) {
    const ReadinessReport report = readiness.report();
    reply(fresh(http::text(report.ready ? 200 : 503, report.text)));
  });
  router.on(Method::get, "/metrics", [&metrics](const http::Request&, const http::Reply& reply) {
    http::Response response;
    response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.text();
    reply(fresh(std::move(response)));
  });
  return router;
}

}  // namespace

ManagementListener::ManagementListener(const Metrics& metrics, const Readiness& readiness, Liveness& liveness,
                                       Log& log)
    : server_(thread_, management_server(log), routes(metrics, readiness, liveness, log)) {}

Result<http::Endpoint> ManagementListener::listen(const http::Endpoint& endpoint) {
  auto bound = server_.listen(endpoint);
  if (bound) thread_.start();
  return bound;
}

}  // namespace pollux::telemetry
