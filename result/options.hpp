// The settings of the program `pollux-result`.
#pragma once

#include <cstdint>

#include "config/connection_settings.hpp"
#include "config/poll_options.hpp"
#include "config/public_addresses.hpp"
#include "config/secret.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "result/result_page_options.hpp"

namespace pollux::result {

struct Options {
  config::PollOptions poll;
  std::uint32_t run = 1;
  ResultPageOptions page;
  config::PublicAddresses addresses;
  config::Secret pass_secret;  // none: passes to results can't be checked
  postgres::Url database = config::default_database();
  config::NetworkOptions network;
  config::ServiceOptions service{.tracing = {.program = "pollux-result"}};
};

// Declares every setting. `options` must outlive `settings`.
inline void declare(config::Settings& settings, Options& options) {
  declare(settings, options.poll);
  config::declare_run(settings, options.run);
  config::declare_pass_secret(settings, options.pass_secret);
  declare(settings, options.page, "listen");
  declare(settings, options.addresses);
  config::declare_database(settings, options.database);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true, .has_dependencies = true});
}

}  // namespace pollux::result
