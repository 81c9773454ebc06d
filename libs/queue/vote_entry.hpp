// A vote as the fields of an entry of a Redis Stream. Producers and consumers of every version share this:
//
//   poll <id> voter <id> selection <text>     what this program writes
//   original <JSON>                           an element of the original vote app's list, moved as it was
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux {

// Names and values in turns, for XADD. They are views of the vote, which must live as long.
std::array<std::string_view, 6> encode_vote_entry(const Vote& vote);

struct VoteEntryField {
  std::string_view name;
  std::string_view value;
};

// The fields may come in any order. Anything else, such as a field that is missing, twice there or unknown,
// is `invalid` with a sentence; it shows nothing of what was received.
Result<Vote> decode_vote_entry(std::span<const VoteEntryField> fields);

}  // namespace pollux
