#include <iostream>

#include "service/descriptor_limit.hpp"
#include "service/health_check.hpp"
#include "service/settings.hpp"
#include "service/termination_signals.hpp"
#include "standalone/options.hpp"
#include "standalone/standalone.hpp"

namespace {

using namespace pollux;

int report_health(const standalone::Options& options) {
  const Result<std::string> health = check_health(options.service.management_listen);
  (health ? std::cout << *health : std::cerr << health.error().message) << '\n';
  return health ? 0 : 1;
}

int serve(const standalone::Options& options) {
  TerminationSignals signals;  // before the first thread
  raise_descriptor_limit();
  Log log(options.service.log_level);
  const auto program = standalone::Standalone::start(options, log);
  if (!program) {
    std::cerr << program.error().message << '\n';
    return 1;
  }
  const standalone::Endpoints& endpoints = (*program)->endpoints();
  log.info("serving", {{"vote", endpoints.vote.text()},
                       {"result", endpoints.result.text()},
                       {"management", endpoints.management.text()},
                       {"database", options.database.string()}});

  Drain drain(log);
  (*program)->add_steps(drain);
  log.info("draining", {{"signal", signals.wait()}});
  return drain.run(signals);
}

}  // namespace

int main(int argc, char** argv) {
  standalone::Options options;
  Settings settings(
      {.name = "pollux",
       .summary = "Real-time voting in one program: a vote page, a result page, and the votes in one file."});
  declare(settings, options);
  const Invocation invocation = settings.read(command_line(argc, argv), process_environment());
  if (const auto status = conclude(invocation, std::cout, std::cerr)) return *status;
  return invocation.command == "healthcheck" ? report_health(options) : serve(options);
}
