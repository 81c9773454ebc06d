// Copies what people are asked from Redis, where vote services register it, to the database, where result
// services compare it.
#pragma once

#include <chrono>
#include <string>

#include "base/threads.hpp"
#include "queue/redis_shared_state.hpp"
#include "store/postgres_polls.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::worker {

// On a thread of its own, with connections of its own; each waits for a second at most. A failure is logged,
// counted and tried again.
class PollCopier {
 public:
  static constexpr std::chrono::milliseconds period{2000};

  // Raising `interrupt` ends a wait for the database. What is referred to outlives it.
  PollCopier(const redis::Url& redis, const postgres::Url& database, const Interrupt& interrupt,
             telemetry::Metrics& metrics, telemetry::Log& log);

 private:
  void copy();
  void failed(const std::string& message, const Error& reason);

  redis::SyncClient redis_;
  store::PostgresPolls database_;
  telemetry::Counter failures_;
  telemetry::Log& log_;
  Periodic periodic_;  // last: it uses what is above
};

}  // namespace pollux::worker
