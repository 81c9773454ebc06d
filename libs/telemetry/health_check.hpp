// The question of the `healthcheck` subcommand, for images that hold neither a shell nor curl.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "http/server.hpp"

namespace pollux::telemetry {

// The address by which this same machine reaches a listener: localhost where it listens on every address.
http::Endpoint on_this_machine(http::Endpoint endpoint);

// Asks /readyz of a management listener: the sentence to print where it is ready (exit status 0), else why
// not (1). A listener on every address is asked on 127.0.0.1. The deadline is for connecting, asking and
// reading together, but not for resolving a host name, which the system does in its own time.
Result<std::string> check_health(const http::Endpoint& management,
                                 std::chrono::milliseconds deadline = std::chrono::seconds(2));

}  // namespace pollux::telemetry
