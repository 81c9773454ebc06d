// The entries of a Redis Stream as Redis returns them: https://redis.io/docs/latest/commands/xreadgroup/
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "poll/vote.hpp"
#include "queue/vote_entry.hpp"
#include "redis/protocol.hpp"

namespace pollux::queue {

// An entry's id, "1526919030474-55", whose two parts Redis lets be any 64-bit numbers.
std::string entry_id_text(poll::Version id);
std::optional<poll::Version> parse_entry_id(std::string_view text);

struct RedisStreamEntry {
  poll::Version id;
  bool deleted = false;                // it is pending, but somebody has deleted it from the stream
  std::vector<VoteEntryField> fields;  // views of the reply
};

// The entries of [[id, [name, value, …]], …]. What has another form is passed over: Redis never sends it.
std::vector<RedisStreamEntry> parse_stream_entries(const redis::Reply& entries);

}  // namespace pollux::queue
