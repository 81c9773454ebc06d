// What a worker adds to the notification of a changed tally: the payload of a second notification, on a
// channel of its own, because versions that do not know it take the payload of the first one for the id of a
// poll.
//
//   default                      the id of the poll
//   queued 1526919030474 12      the time of a group of votes in milliseconds since 1970, and their number
//
// Readers ignore lines that they do not know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "poll/ports.hpp"

namespace pollux::feed {

inline constexpr const char* details_channel = "pollux_tally_details";

// PostgreSQL limits a payload to 8000 bytes; this is less than half of that.
std::string encode_details(const poll::ChangedPoll& changed);

// Nothing if there is no id of a poll. Skips lines with numbers out of range: more than 2^62 for a time, or
// 10^12 votes.
std::optional<poll::ChangedPoll> decode_details(std::string_view payload);

}  // namespace pollux::feed
