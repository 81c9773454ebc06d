// The settings of the program `pollux-worker`.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "config/connection_settings.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "redis/url.hpp"

namespace pollux::worker {

struct WorkerProgramOptions {
  redis::Url redis{.host = "127.0.0.1"};
  bool import_legacy_list = false;
  std::optional<bool> drain_list;  // the former name of import_legacy_list, if it is given
  std::chrono::milliseconds reclaim_after{30'000};

  postgres::Url database = config::default_database();
  std::size_t max_batch = 2'000;
  bool repair = false;
  bool dry_run = false;

  config::ServiceOptions service;

  bool imports_legacy_list() const { return import_legacy_list || drain_list.value_or(false); }
};

// Declares every setting; `options` outlives the settings.
void declare(config::Settings& settings, WorkerProgramOptions& options);

}  // namespace pollux::worker
