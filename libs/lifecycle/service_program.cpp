#include "lifecycle/service_program.hpp"

#include <iostream>

#include "lifecycle/drain.hpp"
#include "lifecycle/termination_signals.hpp"
#include "telemetry/descriptor_limit.hpp"
#include "telemetry/log.hpp"
#include "telemetry/management.hpp"

namespace pollux::lifecycle {
namespace {

int report_health(const config::ServiceOptions& options) {
  const Result<std::string> health = telemetry::check_health(options.management_listen);
  (health ? std::cout << *health : std::cerr << health.error().message) << '\n';
  return health ? 0 : 1;
}

int serve(const config::ServiceOptions& options, const StartService& start, TerminationSignals& signals,
          const std::vector<std::string>& warnings) {
  telemetry::raise_descriptor_limit();
  telemetry::Log log(options.log_level);
  for (const std::string& warning : warnings) log.warning(warning);
  Startup startup(options.start_wait, log, signals);
  auto service = start(startup);
  if (!service && startup.stopped()) {
    log.info("Stopped before the service could start.", {{"signal", *startup.stopped()}});
    return 0;
  }
  if (!service) {
    std::cerr << service.error().message << '\n';
    return 1;
  }
  Drain drain(log, options.drain_time);
  (*service)->add_steps(drain);
  drain.step("end", [&service](auto) { service->reset(); });
  return drain.run(signals, signals.wait());
}

}  // namespace

int run_service(const config::Settings& settings, const config::ServiceOptions& options, int argc,
                const char* const* argv, const StartService& start, const Commands& commands) {
  TerminationSignals signals;  // first, before any thread starts: it blocks the signals
  const config::Invocation invocation =
      settings.read(config::command_line(argc, argv), config::process_environment());
  if (const auto status = config::conclude(invocation, std::cout, std::cerr)) return *status;
  if (invocation.command.empty()) return serve(options, start, signals, invocation.warnings);
  signals.release();
  if (invocation.command == "healthcheck") return report_health(options);
  for (const std::string& warning : invocation.warnings) std::cerr << warning << '\n';
  return commands.at(invocation.command)();
}

}  // namespace pollux::lifecycle
