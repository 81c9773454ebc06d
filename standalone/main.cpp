#include <iostream>
#include <string_view>

#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "lifecycle/service_program.hpp"
#include "standalone/accounts.hpp"
#include "standalone/options.hpp"
#include "standalone/poll_command.hpp"
#include "standalone/run_at_start.hpp"
#include "standalone/standalone.hpp"
#include "telemetry/process.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  // A client of another process, with settings of its own.
  if (argc > 1 && std::string_view(argv[1]) == "poll") {
    return standalone::poll_command(config::command_line(argc - 1, argv + 1), config::process_environment(),
                                    std::cout, std::cerr);
  }
  standalone::Options options;
  config::Settings settings(
      {.name = "pollux",
       .summary = "Real-time voting in one program: a vote page, a result page, and the votes in one file.",
       .revision = telemetry::revision(),
       .former_variables = config::former_vote_page_variables()});
  declare(settings, options);
  return lifecycle::run_service(
      settings, options.service, argc, argv,
      [&](lifecycle::Startup& startup) { return standalone::start(options, startup); },
      {{"reset", [&] { return standalone::reset(options); }},
       {"reset-password", [&] { return standalone::reset_password(options); }},
       {"poll", [] { return standalone::poll_comes_first(); }}});
}
