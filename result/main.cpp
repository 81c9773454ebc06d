#include "program/former_variables.hpp"
#include "result/options.hpp"
#include "result/pollux_result.hpp"
#include "service/service_program.hpp"

int main(int argc, char** argv) {
  using namespace pollux;

  result::Options options;
  Settings settings(
      {.name = "pollux-result",
       .summary = "Serves the result page, live from the PostgreSQL database. Run any number of them.",
       .former_variables = former_variables()});
  declare(settings, options);
  return run_service(settings, options.service, argc, argv,
                     [&](Startup& startup) { return result::start(options, startup); });
}
