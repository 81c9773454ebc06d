#include "result/options.hpp"

namespace pollux::result {

void declare(config::Settings& settings, Options& options) {
  declare(settings, options.poll);
  config::declare_run(settings, options.run);
  declare(settings, options.page, "listen");
  declare(settings, options.addresses);
  config::declare_database(settings, options.database);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true, .has_dependencies = true});
}

}  // namespace pollux::result
