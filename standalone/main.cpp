#include "program/former_variables.hpp"
#include "service/service_program.hpp"
#include "standalone/options.hpp"
#include "standalone/poll_runs.hpp"
#include "standalone/standalone.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  standalone::Options options;
  Settings settings(
      {.name = "pollux",
       .summary = "Real-time voting in one program: a vote page, a result page, and the votes in one file.",
       .former_variables = former_vote_page_variables()});
  declare(settings, options);
  return run_service(settings, options.service, argc, argv,
                     [&](Startup& startup) { return standalone::start(options, startup); },
                     {{"reset", [&] { return standalone::reset(options); }}});
}
