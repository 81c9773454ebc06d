// The settings of the program `pollux`.
#pragma once

#include <cstddef>
#include <filesystem>

#include "program/poll_options.hpp"
#include "result/result_page_options.hpp"
#include "service/network_options.hpp"
#include "service/public_addresses.hpp"
#include "service/service_options.hpp"
#include "service/settings.hpp"

namespace pollux::standalone {

struct Options {
  PollOptions poll;
  bool new_run = false;
  bool keep_run = false;
  bool yes = false;  // for `reset`

  http::Endpoint vote_listen{"127.0.0.1", 8080};
  result::ResultPageOptions result;
  PublicAddresses addresses;

  std::filesystem::path database = "data/pollux.db";
  std::size_t queue_capacity = 100'000;
  std::size_t max_batch = 2'000;

  NetworkOptions network{.listeners = 2};
  ServiceOptions service;
};

// Where the key of the voters' cookies is kept.
std::filesystem::path key_beside(const std::filesystem::path& database);

// Declares every setting; `options` outlives the settings.
void declare(Settings& settings, Options& options);

}  // namespace pollux::standalone
