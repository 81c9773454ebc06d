// The client of the `healthcheck` subcommand, for images that contain neither a shell nor curl.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "http/server.hpp"

namespace pollux::telemetry {

// The address at which this machine reaches a listener: localhost if it listens on all addresses.
http::Endpoint on_this_machine(http::Endpoint endpoint);

// Requests /readyz of a management listener. Returns a message for people if it is ready; the error is the
// reason why not. A listener on all addresses is asked on the loopback addresses. The deadline covers
// connecting, sending and receiving, but not resolving a host name, for which the system has its own
// timeouts.
Result<std::string> check_health(const http::Endpoint& management,
                                 std::chrono::milliseconds deadline = std::chrono::seconds(2));

}  // namespace pollux::telemetry
