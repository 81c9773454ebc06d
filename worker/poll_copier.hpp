// Copies what people are asked from Redis, where vote services register it, to the database, where result
// services compare it.
#pragma once

#include <chrono>

#include "base/periodic.hpp"
#include "queue/redis_polls.hpp"
#include "service/log.hpp"
#include "store/postgres_polls.hpp"

namespace pollux {

// On a thread of its own, with connections of its own; each waits for a second at most. A failure is logged
// and tried again.
class PollCopier {
 public:
  static constexpr std::chrono::milliseconds period{2000};

  PollCopier(const redis::Url& redis, const PostgresUrl& database, Log& log);

 private:
  void copy();

  redis::SyncClient redis_;
  PostgresPolls database_;
  PollDefinitions copied_;
  Log& log_;
  Periodic periodic_;  // last: it uses what is above
};

}  // namespace pollux
