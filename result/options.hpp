// The settings of the program `pollux-result`.
#pragma once

#include <cstdint>

#include "program/connection_settings.hpp"
#include "program/poll_options.hpp"
#include "result/result_page_options.hpp"
#include "service/network_options.hpp"
#include "service/public_addresses.hpp"
#include "service/service_options.hpp"
#include "service/settings.hpp"

namespace pollux::result {

struct Options {
  PollOptions poll;
  std::uint32_t run = 1;
  ResultPageOptions page;
  PublicAddresses addresses;
  PostgresUrl database = default_database();
  NetworkOptions network;
  ServiceOptions service;
};

// Declares every setting; `options` outlives the settings.
void declare(Settings& settings, Options& options);

}  // namespace pollux::result
