#include "program/former_variables.hpp"
#include "service/service_program.hpp"
#include "worker/maintenance.hpp"
#include "worker/options.hpp"
#include "worker/pollux_worker.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  WorkerProgramOptions options;
  Settings settings(
      {.name = "pollux-worker",
       .summary = "Records the votes that wait in Redis in a PostgreSQL database. Run any number of them.",
       .former_variables = former_variables()});
  declare(settings, options);
  return run_service(settings, options.service, argc, argv,
                     [&](Startup& startup) { return start(options, startup); },
                     {{"migrate", [&] { return migrate_database(options); }},
                      {"recount", [&] { return recount_votes(options); }},
                      {"replay-dead-letters", [&] { return replay_dead_letters(options); }}});
}
