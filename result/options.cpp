#include "result/options.hpp"

namespace pollux::result {

void declare(Settings& settings, Options& options) {
  declare(settings, options.poll);
  declare_run(settings, options.run);
  declare(settings, options.page, "listen");
  declare(settings, options.addresses);
  declare_database(settings, options.database);
  declare(settings, options.network);
  declare(settings, options.service);
  declare_drain_delay(settings, options.service);
  declare_start_wait(settings, options.service);
}

}  // namespace pollux::result
