#include "admin/pollux_admin.hpp"
#include "admin/program_options.hpp"
#include "config/settings.hpp"
#include "lifecycle/service_program.hpp"
#include "telemetry/process.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  admin::ProgramOptions options;
  config::Settings settings(
      {.name = "pollux-admin",
       .summary = "The pages and the HTTP API with which people and programs make polls, for the scaled-out "
                  "system: polls and accounts are in PostgreSQL, and are announced in Redis.",
       .revision = telemetry::revision()});
  declare(settings, options);
  return lifecycle::run_service(settings, options.service, argc, argv,
                                [&](lifecycle::Startup& startup) { return admin::start(options, startup); },
                                {{"reset-password", [&] { return admin::reset_password(options); }}});
}
