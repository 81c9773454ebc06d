#include "service/nearest_word.hpp"

#include <algorithm>
#include <cstddef>

namespace pollux {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  // rows[i][j]: from the first i letters of a to the first j of b.
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

}  // namespace

std::optional<std::string> nearest_word(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest_name = 100;  // keeps the table small, whatever was typed
  if (typed.size() > longest_name) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = longest_name;
  for (const std::string& word : known) {
    const std::size_t away = distance(typed, word);
    if (away >= best || away * 3 > word.size()) continue;
    best = away;
    nearest = word;
  }
  return nearest;
}

}  // namespace pollux
