// The settings of the program `pollux-worker`.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "config/connection_settings.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "redis/url.hpp"
#include "worker/worker.hpp"

namespace pollux::worker {

struct WorkerProgramOptions {
  redis::Url redis{.host = "127.0.0.1"};
  std::optional<bool> import_legacy_list;  // if it is set
  std::optional<bool> drain_list;          // its former name, if that is set
  std::chrono::milliseconds keep_recorded{std::chrono::minutes(10)};
  std::chrono::milliseconds reclaim_after = queue::RedisStreamConsumerOptions().reclaim_after;

  postgres::Url database = config::default_database();
  std::size_t max_batch = Worker::Options().max_batch;
  bool repair = false;
  bool dry_run = false;
  std::optional<std::chrono::sys_seconds> since;  // for `replay`; none: all that is there

  config::ServiceOptions service{.tracing = {.program = "pollux-worker"}};

  // The current name takes precedence over the former one, also if it is set to false.
  bool imports_legacy_list() const { return import_legacy_list.value_or(drain_list.value_or(false)); }
};

// Declares every setting; `options` outlives the settings.
void declare(config::Settings& settings, WorkerProgramOptions& options);

}  // namespace pollux::worker
