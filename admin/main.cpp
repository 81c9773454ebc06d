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
       .summary = "Serves the admin page and the HTTP API of polls. Run any number of them.",
       .revision = telemetry::revision()});
  declare(settings, options);
  return lifecycle::run_service(settings, options.service, argc, argv,
                                [&](lifecycle::Startup& startup) { return admin::start(options, startup); },
                                {{"reset-password", [&] { return admin::reset_password(options); }}});
}
