// A vote as the fields of an entry of a Redis Stream. Producers and consumers of every version share this:
//
//   poll <id> voter <id> selection <text>     what this program writes
//   original <JSON>                           an element of the original vote app's list, moved as it was
//
// An entry may have the field `format`, a number from 1; without it the format is 1. A reader ignores fields
// that it does not know and does not touch an entry whose format is newer than its own. So a new field that
// old readers may ignore is simply added; where ignoring it would record something else than was meant, the
// format goes up. docs/adr/0020-formats-of-stream-entries.md says in which order programs are replaced.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::queue {

// Names and values in turns, for XADD. They are views of the vote, which must live as long.
std::array<std::string_view, 6> encode_vote_entry(const poll::Vote& vote);

struct VoteEntryField {
  std::string_view name;
  std::string_view value;
};

// The newest format that decode_vote_entry() reads.
inline constexpr std::uint32_t vote_entry_format = 1;

// The format of an entry, whatever its other fields are; `invalid` if it is given twice or is no number from
// 1 to 999999.
Result<std::uint32_t> format_of_vote_entry(std::span<const VoteEntryField> fields);

// Of an entry in a format up to vote_entry_format. The fields may come in any order. A field that is missing
// or given twice is `invalid` with a message, which shows nothing of what was received.
Result<poll::Vote> decode_vote_entry(std::span<const VoteEntryField> fields);

}  // namespace pollux::queue
