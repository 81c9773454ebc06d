// The dead letters in Redis, read again by a version that may be able to record them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/vote_queue.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

struct DeadLetter {
  std::string id;                 // its own, in the stream of dead letters
  std::string stream;             // where the entry was
  std::string entry_id;           // which id it had there: its place in the order
  std::string reason;             // why it became a dead letter
  Result<poll::QueuedVote> vote;  // with its original version; or why this program can't read it either
};

// One thread. Each call keeps the limits of the connection.
class RedisDeadLetters {
 public:
  RedisDeadLetters(redis::Url url, redis::SyncClient::Options limits);

  // The next ones, oldest first, up to `max` of those that were there at the first call; none at the end.
  // They stay in Redis.
  Result<std::vector<DeadLetter>> next(std::size_t max);

  // How many were still there. One that is gone already changes nothing.
  Result<std::size_t> remove(std::span<const std::string> ids);

 private:
  redis::SyncClient client_;
  std::string after_ = "-";
  std::string last_;  // empty before the first call
};

}  // namespace pollux::queue
