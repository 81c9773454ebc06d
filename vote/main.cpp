#include "program/former_variables.hpp"
#include "service/service_program.hpp"
#include "vote/options.hpp"
#include "vote/pollux_vote.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  vote::Options options;
  Settings settings({.name = "pollux-vote",
                     .summary = "Serves the vote page and queues the votes in Redis. Run any number of them.",
                     .former_variables = former_vote_page_variables()});
  declare(settings, options);
  return run_service(settings, options.service, argc, argv,
                     [&](Startup& startup) { return vote::start(options, startup); });
}
