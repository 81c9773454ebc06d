// What the main() of every service does: read the settings, answer `healthcheck` and the like, start, serve
// until a signal comes, drain.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "lifecycle/drain.hpp"
#include "lifecycle/startup.hpp"
#include "telemetry/log.hpp"

namespace pollux::lifecycle {

// A service that serves. Its destructor cuts what is in flight.
class RunningService {
 public:
  virtual ~RunningService() = default;

  // The steps of an ordered stop, which run before the destructor.
  virtual void add_steps(Drain& drain) = 0;
};

// Starts the service and logs where it listens. The error is a sentence that says what to do.
using StartService = std::function<Result<std::unique_ptr<RunningService>>(Startup&)>;

// What the program does for a word on its command line instead of serving; returns the exit status.
using Commands = std::map<std::string, std::function<int()>>;

// Returns the exit status: 0 after an ordered stop, 1 where the service could not start, 2 for a usage that
// is wrong. `options` are bound to the settings, and each of the commands is declared there.
int run_service(const config::Settings& settings, const config::ServiceOptions& options, int argc,
                const char* const* argv, const StartService& start, const Commands& commands = {});

}  // namespace pollux::lifecycle
