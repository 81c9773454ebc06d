#include "base/edit_distance.hpp"

namespace pollux {

std::optional<std::string> nearest_word(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t max_length = 100;  // bounds the table of edit_distance()
  if (typed.size() > max_length) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = max_length;
  for (const std::string& word : known) {
    const std::size_t distance = edit_distance<char>(typed, word);
    if (distance >= best || distance * 3 > word.size()) continue;
    best = distance;
    nearest = word;
  }
  return nearest;
}

}  // namespace pollux
