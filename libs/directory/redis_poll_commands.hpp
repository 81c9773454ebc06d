// The published polls in Redis, and the commands that change several keys of them atomically (EVAL):
//
//   pollux:managed-polls            a hash: for each poll its revision, a space, and its JSON
//                                   (poll/managed_poll_json.hpp)
//   pollux:managed-polls:sequence   the number of changes so far
//   pollux:managed-polls:changes    a sorted set: for each poll the number of its last change
//   pollux:managed-polls:withdrawn  a sorted set likewise, of the polls that were withdrawn
//   pollux:managed-polls:token      a random text. While it is there, all polls are in the hash; it is lost
//                                   with them.
//   pollux:managed-polls:logo:HASH  the image of a logo (poll/logo.hpp), for a day since it was published
//   last
//
// Readers ask for the changes after the last one that they know. Another token, or another connection, means
// that numbers may have been used again: they read everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "poll/managed_poll.hpp"
#include "redis/sync_client.hpp"

namespace pollux::directory {

inline constexpr std::string_view polls_key = "pollux:managed-polls";
inline constexpr std::string_view sequence_key = "pollux:managed-polls:sequence";
inline constexpr std::string_view changes_key = "pollux:managed-polls:changes";
inline constexpr std::string_view withdrawn_key = "pollux:managed-polls:withdrawn";
inline constexpr std::string_view token_key = "pollux:managed-polls:token";

// A publisher may be late by as many withdrawals of other polls; a later one would bring a poll back.
inline constexpr std::size_t withdrawals_kept = 10'000;

// Writes the poll unless its revision or a higher one is there, or it was withdrawn. Replies with 1; with 0
// if it was withdrawn or the same is there; or else with the field that is there.
redis::Command publish_poll(const poll::ManagedPoll& poll);

redis::Command withdraw_poll(const poll::PollId& id);
// Replies with nil if the poll was not withdrawn.
redis::Command find_withdrawal(const poll::PollId& id);
redis::Command reinstate_poll(const poll::PollId& id);

// Replies with the field of the poll (nil: it is not published).
redis::Command read_poll(const poll::PollId& id);

// Replies with the token (nil: there is none), and then for each of up to `max` changes after the number
// `after` its number, the id of the poll, and its field in the hash (nil: it was withdrawn), all in one
// array.
inline constexpr std::size_t words_per_change = 3;
redis::Command read_changes(std::string_view after, std::size_t max);

// The image of a logo is written before the poll that names it. Each reconciliation keeps it for another day,
// so that it expires only when no poll has it any more: 1, or 0 if it is not there.
redis::Command put_image(const poll::Logo& logo);
redis::Command keep_image(const poll::Logo& logo);
redis::Command read_image(const poll::Logo& logo);
inline constexpr std::size_t images_at_once = 16;  // half a MiB, for which the limit of a call is enough

// The revision and the JSON in a field of the hash.
std::uint64_t revision_in(std::string_view field);
std::string_view json_in(std::string_view field);

// A reconciliation has a key of its own, which is lost with everything else. It expires, because a process
// may end before the reconciliation does; a server that evicts it causes another reconciliation.
redis::Command begin_reconciliation(std::string_view mark);
// Replies with the token, which it makes `token` if there is none; or with nil if the mark was lost.
redis::Command end_reconciliation(std::string_view mark, std::string_view token);

}  // namespace pollux::directory
