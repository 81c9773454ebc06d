#include "config/service_options.hpp"
#include "lifecycle/service_program.hpp"
#include "telemetry/process.hpp"
#include "worker/commands.hpp"
#include "worker/options.hpp"
#include "worker/pollux_worker.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  worker::WorkerProgramOptions options;
  config::Settings settings(
      {.name = "pollux-worker",
       .summary = "Records the votes that wait in Redis in a PostgreSQL database. Run any number of them.",
       .revision = telemetry::revision(),
       .former_variables = config::former_variables()});
  declare(settings, options);
  return lifecycle::run_service(
      settings, options.service, argc, argv,
      [&](lifecycle::Startup& startup) { return worker::start(options, startup); },
      {{"migrate", [&] { return worker::migrate_database(options); }},
       {"recount", [&] { return worker::recount_votes(options); }},
       {"replay", [&] { return worker::replay_recorded_votes(options); }},
       {"replay-dead-letters", [&] { return worker::replay_dead_letters(options); }}});
}
