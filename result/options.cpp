#include "result/options.hpp"

namespace pollux::result {

void declare(Settings& settings, Options& options) {
  declare(settings, options.poll);
  declare_run(settings, options.run);
  declare(settings, options.page, "listen");
  declare(settings, options.addresses);
  declare_database(settings, options.database);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true, .needs_others = true});
}

}  // namespace pollux::result
