#include "result/result_page_options.hpp"

#include <memory>

#include "telemetry/server_telemetry.hpp"

namespace pollux::result {

using namespace std::chrono_literals;

ResultService::Options ResultPageOptions::service(const config::NetworkOptions& network,
                                                  const config::PublicAddresses& addresses,
                                                  telemetry::Log& log) const {
  ResultService::Options options;
  options.publish_period = publish_period;
  options.sockets.transport.sessions = network.max_connections;
  options.sockets.transport.sessions_per_address = network.max_connections;
  // The results are public and have no cookies, so pages of any origin may show them by default.
  options.sockets.transport.allowed_origins = addresses.result_origins();
  options.sockets.transport.on_foreign_origin = [rejected = std::make_shared<telemetry::RejectedOrigins>(
                                                     log, "--public-result-url")](const auto& request) {
    rejected->add(request);
  };
  options.sockets.transport.on_failure = [&log](std::string_view what) {
    log.error("A viewer's connection was closed by an internal error.", {{"reason", what}});
  };
  options.streams.on_slow = [&log, repeats = std::make_shared<telemetry::RepeatLimit>(10s)](
                                const poll::PollId& poll, std::string_view client) {
    const auto suppressed = repeats->admit("", telemetry::RepeatLimit::Clock::now());
    if (!suppressed) return;
    log.warning("A stream of results was closed, because its client did not read it.",
                {{"poll", poll.text()}, {"network", client}, {"suppressed", *suppressed}});
  };
  if (addresses.result) options.path = addresses.result->path();
  return options;
}

void declare(config::Settings& settings, ResultPageOptions& options, const std::string& listen_name) {
  settings.group("Result page");
  settings.add(listen_name, config::setting::endpoint(&options.listen), "Address of the result page.");
  settings.add("publish-period", config::setting::duration(&options.publish_period, 1ms, 10s),
               "Minimum time between two updates of the screens; changes in between are combined. With very "
               "many viewers it grows to twice the duration of an update.");
}

http::ServerOptions server_options(const config::NetworkOptions& network,
                                   const config::PublicAddresses& addresses, telemetry::Log& log) {
  http::ServerOptions server = network.server("result", log);
  const auto transport = socket_options().transport;
  server.limits.body_bytes = transport.max_payload;
  server.omits_413_body = [path = transport.path](std::string_view asked) { return asked.ends_with(path); };
  return addresses.applied_to(server);
}

}  // namespace pollux::result
