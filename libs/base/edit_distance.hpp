// The distance between two words, and suggestions for mistyped ones.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pollux {

// The restricted Damerau-Levenshtein distance: the least number of insertions, deletions, substitutions and
// swaps of neighbors that turn `a` into `b`. Time and memory grow with the product of the lengths.
template <class Char>
std::size_t edit_distance(std::basic_string_view<Char> a, std::basic_string_view<Char> b) {
  // rows[i][j]: the distance between the first i characters of a and the first j of b.
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

// The word of `known` that is nearest to `typed`, the first one of several. nullopt if their distance is more
// than a third of its length, or if `typed` has more than 100 bytes.
inline std::optional<std::string> nearest_word(std::string_view typed,
                                               const std::vector<std::string>& known) {
  constexpr std::size_t max_length = 100;  // bounds the table of edit_distance()
  if (typed.size() > max_length) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = max_length;
  for (const std::string& word : known) {
    const std::size_t least =  // the distance is at least that
        typed.size() < word.size() ? word.size() - typed.size() : typed.size() - word.size();
    if (least * 3 > word.size()) continue;
    const std::size_t distance = edit_distance<char>(typed, word);
    if (distance >= best || distance * 3 > word.size()) continue;
    best = distance;
    nearest = word;
  }
  return nearest;
}

}  // namespace pollux
