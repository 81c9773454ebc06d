// The main() of every service: reads the settings, runs a command such as `healthcheck`, or starts the
// service, waits for a signal and drains.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "lifecycle/service.hpp"
#include "lifecycle/startup.hpp"

namespace pollux::lifecycle {

// Starts the service and logs its addresses.
using StartService = std::function<Result<std::unique_ptr<Service>>(Startup&)>;

// The commands of the program, by name; each returns the exit status.
using Commands = std::map<std::string, std::function<int()>>;

// Returns the exit status: 0 after an ordered stop, 1 if the service could not start, 2 for invalid usage.
// `settings` declares `options` and the commands.
int run_service(const config::Settings& settings, const config::ServiceOptions& options, int argc,
                const char* const* argv, const StartService& start, const Commands& commands = {});

}  // namespace pollux::lifecycle
