#include "config/service_options.hpp"
#include "lifecycle/service_program.hpp"
#include "telemetry/process.hpp"
#include "vote/options.hpp"
#include "vote/pollux_vote.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  vote::Options options;
  config::Settings settings(
      {.name = "pollux-vote",
       .summary = "Serves the vote page and queues the votes in Redis. Run any number of them.",
       .revision = telemetry::revision(),
       .former_variables = config::former_vote_page_variables()});
  declare(settings, options);
  return lifecycle::run_service(settings, options.service, argc, argv,
                                [&](lifecycle::Startup& startup) { return vote::start(options, startup); });
}
