#include "config/service_options.hpp"
#include "lifecycle/service_program.hpp"
#include "result/options.hpp"
#include "result/pollux_result.hpp"
#include "telemetry/process.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  result::Options options;
  config::Settings settings(
      {.name = "pollux-result",
       .summary = "Serves the result page, live from the PostgreSQL database. Run any number of them.",
       .revision = telemetry::revision(),
       .former_variables = config::former_variables()});
  declare(settings, options);
  return lifecycle::run_service(settings, options.service, argc, argv,
                                [&](lifecycle::Startup& startup) { return result::start(options, startup); });
}
