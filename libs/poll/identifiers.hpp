// The words that identify things in a vote. Each is checked text of its own type, so that none is taken for
// another.
#pragma once

#include <string_view>

#include "base/bounded_text.hpp"

namespace pollux::poll {

struct PollIdTag {
  static constexpr std::string_view name = "poll id";
};
using PollId = BoundedText<PollIdTag, 64>;

// Who votes. Says nothing of where it came from: a cookie today, a roll or a token another day.
struct VoterIdTag {
  static constexpr std::string_view name = "voter id";
};
using VoterId = BoundedText<VoterIdTag, 255>;

// What a voter chose. Opaque to everything that carries, records and counts it; only a Poll knows what it
// means (today the id of one of its options).
struct SelectionTag {
  static constexpr std::string_view name = "selection";
};
using Selection = BoundedText<SelectionTag, 255>;

}  // namespace pollux::poll
