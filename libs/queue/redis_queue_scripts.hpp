// What must change in Redis in one piece, as commands with a script in them (EVAL): a consumer or a server
// that is killed in between has done all of it or nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "poll/vote.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// Moves up to `max` elements of the original vote app's list to the end of the stream, in order, each as an
// entry with the one field `original` that holds its bytes, and adds the stream to the set of streams.
// Answers how many they were.
redis::Command move_original_votes(const std::string& stream, std::size_t max);

struct DeadEntry {
  poll::Version id;
  std::string reason;
};

// Copies entries of a stream to the dead letters, deletes them from the stream and acknowledges them. A dead
// letter has the fields `reason`, `stream`, `id` and then those of the entry, byte for byte; of an entry with
// more than 1000 fields they are one field `fields`, an array in MessagePack. Beyond `max_kept` the oldest
// dead letters go. Answers how many were copied (those that somebody has deleted are not) and how many old
// ones went.
redis::Command bury_entries(const std::string& stream, std::span<const DeadEntry> entries,
                            std::size_t max_kept);

// Takes over up to `max` entries of a stream: those that a consumer of the group was given `idle` ago and has
// not acknowledged, and those that wait for a reader of the formats up to `newest_format`. What waits for a
// newer one is not even looked at, however much it is. Answers 1 where there may be more, else 0; the entries
// as XRANGE does; and the number of those that somebody has deleted, which are acknowledged.
redis::Command claim_entries(const std::string& stream, const std::string& own,
                             std::chrono::milliseconds idle, std::size_t max, std::uint32_t newest_format);

// Leaves entries that are pending to the readers of a format.
redis::Command leave_to_format(const std::string& stream, std::uint32_t format,
                               std::span<const poll::Version> ids);

// Removes the consumers of a stream's group that have nothing pending and are either `own` or idle for
// longer. Answers how many they were. Redis makes one that comes back again.
redis::Command remove_consumers(const std::string& stream, std::string_view own,
                                std::chrono::milliseconds idle);

}  // namespace pollux::queue
