// How a consumer of the votes' streams in Redis is set up.
//
// How many votes are received, and how long to wait for the first, are arguments of receive(), from
// worker::WorkerLoop::Options. It never waits for more votes to fill a batch.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "queue/redis_recorded_votes.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// Moves votes from elsewhere in Redis into the stream stream_key(0), as entries with the field `original`.
struct RedisVoteImport {
  redis::Command command;                // moves up to `batch` votes and replies with their number
  std::size_t batch = 1000;              // after a full batch the command is sent again with the next round
  std::chrono::milliseconds period{50};  // after any other batch it is sent again this much later
};

struct RedisStreamConsumerOptions {
  redis::Url url;
  std::string consumer_name;  // unique among all processes and starts

  // Entries that another consumer was given this long ago and has not acknowledged are taken over. Must be
  // longer than it takes to record a batch: entries that are taken over too early are recorded twice, which
  // costs time and changes nothing.
  std::chrono::milliseconds reclaim_after{30'000};
  bool read_ahead = true;         // read the next batch while the previous one is recorded
  std::size_t max_streams = 256;  // streams beyond it are reported and not read
  // How long recorded votes stay in their streams at least, unless there are too many or Redis has too little
  // memory. Needs Redis 7; with an earlier one they are deleted at once, as with 0.
  RedisRecordedVotes::Bounds recorded{};
  std::size_t max_dead_letters = 1'000'000;  // beyond it the oldest are dropped
  // Consumers that have nothing pending and were idle for longer are removed from the groups.
  std::chrono::milliseconds forget_consumers_after{3600'000};
  std::uint32_t newest_format = vote_entry_format;  // entries in newer formats wait for a newer worker
  ImportedVoteDecoder decode_imported{};            // empty: imported votes become dead letters
  std::optional<RedisVoteImport> import{};
  redis::SyncClient::Options limits{};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  // Called with what an operator has to know or to solve and what does not stop the reading, up to once a
  // second for as long as it lasts. On the thread that receives; must not block. May be empty.
  RedisStreamMonitor::Warn warn{};
};

}  // namespace pollux::queue
