// How a consumer of the votes' streams in Redis is set up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::queue {

struct RedisStreamConsumerOptions {
  redis::Url url;
  std::string consumer_name;  // of this consumer alone, among all processes and starts

  // Entries that another consumer was given this long ago and has not acknowledged are taken over. Longer
  // than a batch takes to be recorded: taken over too early they are recorded twice, which costs time and
  // changes nothing.
  std::chrono::milliseconds reclaim_after{30'000};
  bool read_ahead = true;           // read the next batch while the one before is recorded
  bool drain_original_list = true;  // move the original vote app's list into the first stream
  std::size_t drained_at_once = 1000;
  std::size_t max_streams = 256;
  std::size_t max_dead_letters = 1'000'000;                    // the oldest ones go beyond
  std::chrono::milliseconds forget_consumers_after{3600'000};  // those of the group that have nothing pending
  std::uint32_t newest_format = vote_entry_format;  // entries of newer ones wait for another worker
  redis::SyncClient::Options limits{};
  // Told of what needs a person and does not stop the reading, as often as it is seen (up to each second). On
  // the thread that receives; must not block. May be empty.
  std::function<void(const std::string& message)> warn{};
};

}  // namespace pollux::queue
