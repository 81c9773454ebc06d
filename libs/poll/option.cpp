#include "poll/option.hpp"

#include <algorithm>
#include <map>

#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

std::string id_at(std::size_t place) {
  return std::string(1, static_cast<char>('a' + place));
}

// Voters can't distinguish options whose labels look the same.
Result<void> check_labels_differ(const std::vector<std::string>& labels) {
  std::map<std::u32string, std::size_t> seen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto [first, is_new] = seen.try_emplace(comparable(labels[i]), i);
    if (is_new) continue;
    return invalid("Options " + id_at(first->second) + " and " + id_at(i) + " look the same, \"" + labels[i] +
                   "\". Give each option a label of its own.");
  }
  return {};
}

}  // namespace

Result<std::vector<Option>> make_options(const std::vector<std::string>& labels, std::size_t limit) {
  if (labels.size() < min_options || labels.size() > limit) {
    return invalid("A poll has " + std::to_string(min_options) + " to " + std::to_string(limit) +
                   " options, not " + std::to_string(labels.size()) + ".");
  }
  std::vector<Option> options;
  for (const std::string& label : labels) {
    const std::string id = id_at(options.size());
    if (auto checked = check_poll_text("The label of option " + id, label, max_label_bytes); !checked) {
      return checked.error();
    }
    options.push_back({id, label});
  }
  if (auto differ = check_labels_differ(labels); !differ) return differ.error();
  return options;
}

const Option* find_option(const std::vector<Option>& options, std::string_view id) {
  const auto found = std::ranges::find(options, id, &Option::id);
  return found == options.end() ? nullptr : &*found;
}

std::vector<std::string> labels_of(const std::vector<Option>& options) {
  std::vector<std::string> labels;
  for (const Option& option : options) labels.push_back(option.label);
  return labels;
}

}  // namespace pollux::poll
