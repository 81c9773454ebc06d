// The settings of the program `pollux-admin`.
#pragma once

#include <string>

#include "admin/options.hpp"
#include "config/connection_settings.hpp"
#include "config/public_addresses.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "postgres/url.hpp"
#include "redis/url.hpp"

namespace pollux::admin {

struct ProgramOptions {
  AdminOptions admin;
  config::PublicAddresses addresses;  // only the URLs of the pages
  std::string account;                // for `reset-password`
  redis::Url redis{.host = "127.0.0.1"};
  postgres::Url database = config::default_database();
  config::NetworkOptions network;
  config::ServiceOptions service{.tracing = {.program = "pollux-admin"}};
};

// Declares every setting; `options` outlives the settings.
void declare(config::Settings& settings, ProgramOptions& options);

}  // namespace pollux::admin
