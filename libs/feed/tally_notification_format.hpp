// The notifications (LISTEN, NOTIFY of PostgreSQL) about a changed tally: which poll it is, and, as a second
// one, details about its votes. PostgresTallyPublisher sends them, PostgresTallyFeed receives them: several
// of one poll cause a single read, and their groups of votes are added (PostgresTallyFeed::take_details).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "poll/ports.hpp"

namespace pollux::feed {

// The payload is the id of the poll whose tally has changed. A notification carries no counts: its
// receiver reads the tally.
//
// The name is stored in every database, too: the function pollux_count(), which counts the votes of the
// services of example-voting-app, notifies this channel (0001_votes.sql in libs/store/migrations/postgres),
// and a released migration never changes. So another name needs a new migration that replaces the function.
// During an upgrade, programs of both versions share a database, so new ones have to use both names until the
// old ones are gone.
inline constexpr const char* tally_channel = "pollux_tally";

// What a worker adds, on a channel of its own, because versions that do not know it take the payload of
// tally_channel for the id of a poll:
//
//   default                      the id of the poll
//   queued 1526919030474 12      the time of a group of votes in milliseconds since 1970, and their number
//   trace 00-4bf9…-00f0…-01      if it is sampled: the span of this notification, as a W3C traceparent
//
// Readers ignore lines that they do not know.
inline constexpr const char* details_channel = "pollux_tally_details";

// PostgreSQL limits a payload to 8000 bytes; this is less than half of that.
std::string encode_details(const poll::ChangedPoll& changed);

// Nothing if there is no id of a poll. Skips lines with numbers out of range: more than 2^62 for a time, or
// 10^12 votes.
std::optional<poll::ChangedPoll> decode_details(std::string_view payload);

}  // namespace pollux::feed
