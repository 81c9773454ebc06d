// What tallies count. The keys of a selection follow from its text alone, so that stores can count selections
// of every kind of question without knowing the question:
//
//   selection    of                     keys
//   b            a single choice        b
//   4, skip      a scale                4; skip
//   +a+c         a multiple choice      +, a, c        (+ counts voters; the selection + is "none of them")
//   >b>a>c       a ranking, best first  b1, a2, c3, and the ranking itself
//
// Any other text is its own key. The marker in front distinguishes a set or a ranking of one option from a
// single choice. The SQL function pollux_keys() of migrations/postgres returns the same keys.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "poll/vote.hpp"

namespace pollux::poll {

inline constexpr char set_marker = '+';
inline constexpr char ranking_marker = '>';
inline constexpr std::string_view voters_key = "+";

// False if the selection is its only key, as it is for single choices.
inline bool has_several_keys(const Selection& selection) {
  const std::string& text = selection.text();
  return text.size() > 1 && (text[0] == set_marker || text[0] == ranking_marker);
}

// Sorted, each once. At most 129, because a selection has at most 255 bytes.
std::vector<Selection> keys_of(const Selection& selection);

// The key that counts how often the option was ranked at that place, from 1.
Selection rank_key(std::string_view option_id, std::size_t place);

// The text of a set or a ranking with these parts, and the reverse. Parts are not empty and hold no marker.
std::string joined(char marker, std::span<const std::string_view> parts);
std::vector<std::string_view> parts_of(std::string_view selection);

}  // namespace pollux::poll
