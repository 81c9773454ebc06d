// How a consumer of the votes' streams in Redis is set up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "queue/redis_stream_monitor.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// Moves votes from elsewhere in Redis into the stream stream_key(0), as entries with the field `original`.
struct RedisVoteImport {
  redis::Command command;                // replies with the number of votes that it moved
  std::size_t batch = 1000;              // how many it moves at most; after as many it is sent again at once
  std::chrono::milliseconds period{50};  // else
};

struct RedisStreamConsumerOptions {
  redis::Url url;
  std::string consumer_name;  // unique among all processes and starts

  // Entries that another consumer was given this long ago and has not acknowledged are taken over. Must be
  // longer than it takes to record a batch: entries that are taken over too early are recorded twice, which
  // costs time and changes nothing.
  std::chrono::milliseconds reclaim_after{30'000};
  bool read_ahead = true;  // read the next batch while the previous one is recorded
  std::size_t max_streams = 256;
  std::size_t max_dead_letters = 1'000'000;                    // beyond it the oldest are dropped
  std::chrono::milliseconds forget_consumers_after{3600'000};  // idle ones that have nothing pending
  std::uint32_t newest_format = vote_entry_format;  // entries of newer ones wait for another worker
  ImportedVoteDecoder decode_imported{};            // empty: imported votes become dead letters
  std::optional<RedisVoteImport> import{};
  redis::SyncClient::Options limits{};
  // Called with problems that need a person and do not stop the reading, each time one is seen (up to every
  // second). On the thread that receives; must not block. May be empty.
  RedisStreamMonitor::Warn warn{};
};

}  // namespace pollux::queue
