// The names in Redis that producers and consumers share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pollux::queue {

// A set of the names of all streams of votes: producers add theirs, consumers find them there.
inline constexpr std::string_view streams_key = "pollux:streams";

// A stream of votes, by its number from 0.
inline constexpr std::string_view stream_prefix = "pollux:votes:";
inline std::string stream_key(std::size_t shard) {
  return std::string(stream_prefix) + std::to_string(shard);
}

// The consumer group in which all workers share each stream.
inline constexpr std::string_view consumer_group = "pollux";

// The consumer of the group with which entries of a format wait that no worker could read yet: the prefix and
// the number of the format.
inline constexpr std::string_view newer_format_prefix = "newer-format:";

// A stream of the entries that can never be recorded, each with its reason.
inline constexpr std::string_view dead_letters_key = "pollux:dead-letters";

// The key with which all vote services sign their voters' cookies, as hexadecimal digits.
inline constexpr std::string_view voter_key_key = "pollux:voter-key";

// A hash: for each poll id what people are asked.
inline constexpr std::string_view polls_key = "pollux:polls";

// The list of the original vote app.
inline constexpr std::string_view original_list_key = "votes";

}  // namespace pollux::queue
