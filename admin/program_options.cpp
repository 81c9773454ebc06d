#include "admin/program_options.hpp"

#include "admin/recovery.hpp"

namespace pollux::admin {
namespace {

void declare_pages(config::Settings& settings, config::PublicAddresses& addresses) {
  settings.group("Public addresses");
  settings.add(
      "public-url", config::public_url(&addresses.vote),
      "URL of the vote page as voters see it, for links to polls. Without it, they lead to port 8080 "
      "of the host of the admin pages.");
  settings.add("public-result-url", config::public_url(&addresses.result),
               "URL of the result page as viewers see it. Without it, links lead to port 8081 of the host of "
               "the admin pages.");
}

}  // namespace

void declare(config::Settings& settings, ProgramOptions& options) {
  declare_recovery(settings, options.account, "The service may be running.");
  declare(settings, options.admin, "listen");
  declare_pages(settings, options.addresses);
  config::declare_redis(settings, options.redis);
  config::declare_database(settings, options.database);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true, .has_dependencies = true});
}

}  // namespace pollux::admin
