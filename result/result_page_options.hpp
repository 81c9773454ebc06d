// The settings of the result page, for both programs that serve it.
#pragma once

#include <chrono>
#include <string>

#include "config/public_addresses.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "http/server.hpp"
#include "result/result_service.hpp"
#include "telemetry/log.hpp"

namespace pollux::result {

struct ResultPageOptions {
  http::Endpoint listen{"127.0.0.1", 8081};
  std::chrono::milliseconds publish_period = ResultService::Options().publish_period;

  // The resulting options of the service. The log must outlive it.
  ResultService::Options service(const config::NetworkOptions& network,
                                 const config::PublicAddresses& addresses, telemetry::Log& log) const;
};

// Declares them in the group "Result page". `listen_name` is the name of the setting for the listener.
void declare(config::Settings& settings, ResultPageOptions& options, const std::string& listen_name);

// The options of the HTTP server, whose limits allow for messages of the push protocol in POST bodies.
http::ServerOptions server_options(const config::NetworkOptions& network,
                                   const config::PublicAddresses& addresses, telemetry::Log& log);

}  // namespace pollux::result
