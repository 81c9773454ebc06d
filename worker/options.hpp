// The settings of the program `pollux-worker`.
#pragma once

#include <chrono>
#include <cstddef>

#include "program/connection_settings.hpp"
#include "redis/url.hpp"
#include "service/service_options.hpp"
#include "service/settings.hpp"

namespace pollux {

struct WorkerProgramOptions {
  redis::Url redis{.host = "127.0.0.1"};
  bool drain_list = true;
  std::chrono::milliseconds reclaim_after{30'000};

  PostgresUrl database = default_database();
  std::size_t max_batch = 2'000;
  bool repair = false;
  bool dry_run = false;

  ServiceOptions service;
};

// Declares every setting; `options` outlives the settings.
void declare(Settings& settings, WorkerProgramOptions& options);

}  // namespace pollux
