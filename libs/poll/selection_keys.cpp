#include "poll/selection_keys.hpp"

#include <algorithm>
#include <cstddef>

namespace pollux::poll {
namespace {

Selection key(const std::string& text) {
  return Selection::parse(text).value();  // shorter than the selection that it is made from
}

std::vector<Selection> keys_of_set(const Selection& set) {
  std::vector<Selection> keys{key(std::string(voters_key))};
  for (const std::string_view part : parts_of(set.text())) {
    if (!part.empty()) keys.push_back(key(std::string(part)));
  }
  return keys;
}

std::vector<Selection> keys_of_ranking(const Selection& ranking) {
  std::vector<Selection> keys{ranking};
  std::size_t place = 0;
  for (const std::string_view part : parts_of(ranking.text())) {
    ++place;
    if (!part.empty()) keys.push_back(rank_key(part, place));
  }
  return keys;
}

}  // namespace

std::vector<Selection> keys_of(const Selection& selection) {
  if (!has_several_keys(selection)) return {selection};
  std::vector<Selection> keys =
      selection.text()[0] == set_marker ? keys_of_set(selection) : keys_of_ranking(selection);
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

Selection rank_key(std::string_view option_id, std::size_t place) {
  return key(std::string(option_id) + std::to_string(place));
}

std::string joined(char marker, std::span<const std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(1, marker).append(part);
  return text.empty() ? std::string(1, marker) : text;
}

std::vector<std::string_view> parts_of(std::string_view selection) {
  std::vector<std::string_view> parts;
  const char marker = selection.front();
  while (!selection.empty()) {
    selection.remove_prefix(1);
    const std::size_t end = std::min(selection.find(marker), selection.size());
    parts.push_back(selection.substr(0, end));
    selection.remove_prefix(end);
  }
  return parts;
}

}  // namespace pollux::poll
