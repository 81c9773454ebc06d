// The settings of the result page, in whatever program it is served.
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
  std::chrono::milliseconds publish_period{16};  // a screen shows 60 pictures a second

  // What follows from these for the service. The log outlives it.
  ResultService::Options service(const config::NetworkOptions& network,
                                 const config::PublicAddresses& addresses, telemetry::Log& log) const;
};

// Declares them in the group "Result page"; `listen_name` is what the program calls where it listens.
void declare(config::Settings& settings, ResultPageOptions& options, const std::string& listen_name);

// Of the server that the service answers for: messages of the push protocol may come as the bodies of POSTs.
http::ServerOptions server_options(const config::NetworkOptions& network,
                                   const config::PublicAddresses& addresses, telemetry::Log& log);

}  // namespace pollux::result
