// How a consumer of Redis Streams is doing, for metrics.
#pragma once

#include <cstdint>
#include <string>

namespace pollux::queue {

struct RedisStreamStatistics {
  // Of the streams together, as of the last look at them, about once a second while somebody receives.
  std::uint64_t lag = 0;           // votes that no consumer was given yet
  std::uint64_t pending = 0;       // votes that were given to a consumer and not acknowledged yet
  std::uint64_t newer_format = 0;  // entries in a newer format, which wait for a newer worker
  std::uint64_t dead_letters_kept = 0;

  // Of this consumer, since it was made.
  std::uint64_t redelivered = 0;           // votes that were delivered once more
  std::uint64_t reclaimed = 0;             // votes taken over from consumers that did not acknowledge them
  std::uint64_t dead_letters = 0;          // entries that became dead letters
  std::uint64_t dead_letters_dropped = 0;  // the oldest ones, which had to go past the bound
  std::uint64_t drained = 0;               // votes moved from the original vote app's list
  std::uint64_t vanished = 0;              // entries that somebody else deleted before they were delivered

  std::uint64_t error_replies = 0;  // commands beside the reading that Redis refused

  bool connected = false;
  // What Redis refuses beside the reading, such as a dead letter for want of memory; it is tried again. Empty
  // when the last attempts went well.
  std::string problem;
};

}  // namespace pollux::queue
