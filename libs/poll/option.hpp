// The options that a question offers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pollux::poll {

struct Option {
  std::string id;     // "a" to "z", by position; sent by forms and stored in queue entries
  std::string label;  // shown to people; plain text, 1 to 200 bytes

  friend bool operator==(const Option&, const Option&) = default;
};

inline constexpr std::size_t min_options = 2;
inline constexpr std::size_t max_options = 26;
inline constexpr std::size_t max_label_bytes = 200;

// The options get the ids a, b, c … in the order of their labels. The error names the label that is out of
// bounds, invisible, or looks like another one; `limit` is at most max_options.
Result<std::vector<Option>> make_options(const std::vector<std::string>& labels,
                                         std::size_t limit = max_options);

// The option with that id, or null.
const Option* find_option(const std::vector<Option>& options, std::string_view id);

std::vector<std::string> labels_of(const std::vector<Option>& options);

}  // namespace pollux::poll
