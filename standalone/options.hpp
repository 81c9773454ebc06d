// The settings of the program `pollux`.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "service/service_options.hpp"
#include "service/settings.hpp"

namespace pollux::standalone {

struct Options {
  std::vector<std::string> option_labels{"Cats", "Dogs"};
  std::string question;  // empty: made from the labels

  http::Endpoint vote_listen{"127.0.0.1", 8080};
  std::vector<std::string> allowed_origins;
  bool secure_cookies = false;
  std::string results_url;  // empty: the same host, the result page's port

  http::Endpoint result_listen{"127.0.0.1", 8081};
  std::chrono::milliseconds publish_period{50};

  std::filesystem::path database = "data/pollux.db";
  std::size_t queue_capacity = 100'000;
  std::size_t max_batch = 2'000;

  std::size_t io_threads = 0;  // 0: as many as there are cores
  std::size_t max_connections = 20'000;

  ServiceOptions service;
};

// Declares every setting; `options` outlives the settings.
void declare(Settings& settings, Options& options);

}  // namespace pollux::standalone
