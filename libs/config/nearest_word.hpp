// A suggestion for a mistyped word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pollux::config {

// The known word that is the fewest changed, added, left out or swapped letters away from `typed` (the
// restricted Damerau–Levenshtein distance), if that is at most a third of its letters.
std::optional<std::string> nearest_word(std::string_view typed, const std::vector<std::string>& known);

}  // namespace pollux::config
