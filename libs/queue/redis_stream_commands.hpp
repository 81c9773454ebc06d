// The names in Redis that producers and consumers of votes share, and the commands that change several of
// them atomically (EVAL).
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

// A set of the names of all streams of votes: producers add theirs, consumers find them there.
inline constexpr std::string_view streams_key = "pollux:streams";

// A stream of votes, by its number from 0.
inline constexpr std::string_view stream_prefix = "pollux:votes:";
std::string stream_key(std::size_t shard);

// The consumer group in which all workers share each stream.
inline constexpr std::string_view consumer_group = "pollux";

// The consumer in the group that holds entries of a format that no worker could read yet: this prefix and the
// number of the format.
inline constexpr std::string_view newer_format_prefix = "newer-format:";

// Takes over up to `max` entries of a stream: those that a consumer was given `idle` ago and has not
// acknowledged, and those that wait for a reader of the formats up to `newest_format`. Does not visit entries
// that wait for a newer format, however many there are. Replies with 1 if there may be more, else 0; the
// entries as XRANGE does; and the number of deleted entries, which it acknowledges.
redis::Command claim_entries(const std::string& stream, const std::string& own,
                             std::chrono::milliseconds idle, std::size_t max, std::uint32_t newest_format);

// Deletes pending entries and acknowledges them. As one step, because Redis does not forget that a deleted
// entry is pending: the next consumer that claims it would report a vote that another program has deleted.
// `ids` ascend. Also deletes what is before all pending entries: it was acknowledged. Replies with the number
// of deleted entries.
redis::Command acknowledge_entries(const std::string& stream, std::span<const poll::Version> ids);

// Acknowledges pending entries, which stay in the stream (redis_recorded_votes.hpp).
redis::Command keep_entries(const std::string& stream, std::span<const poll::Version> ids);

// Leaves pending entries to the readers of a format.
redis::Command leave_to_format(const std::string& stream, std::uint32_t format,
                               std::span<const poll::Version> ids);

// Makes pending entries look as if `own` had held them for a day, so that other consumers take them over at
// once.
redis::Command return_entries(const std::string& stream, const std::string& own,
                              std::span<const poll::Version> ids);

// Removes the consumers of a stream's group that have nothing pending and are either `own` or idle for
// longer. Replies with their number. Redis creates a consumer again when it returns.
redis::Command remove_consumers(const std::string& stream, std::string_view own,
                                std::chrono::milliseconds idle);

}  // namespace pollux::queue
