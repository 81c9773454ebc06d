#include "config/nearest_word.hpp"

#include <cstddef>

#include "base/edit_distance.hpp"

namespace pollux::config {
std::optional<std::string> nearest_word(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest_name = 100;  // keeps the table small, whatever was typed
  if (typed.size() > longest_name) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = longest_name;
  for (const std::string& word : known) {
    const std::size_t away = edit_distance<char>(typed, word);
    if (away >= best || away * 3 > word.size()) continue;
    best = away;
    nearest = word;
  }
  return nearest;
}

}  // namespace pollux::config
