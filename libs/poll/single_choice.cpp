#include "poll/single_choice.hpp"

#include <utility>

namespace pollux::poll {

Result<SingleChoice> SingleChoice::create(const std::vector<std::string>& labels) {
  auto options = make_options(labels);
  if (!options) return options.error();
  return SingleChoice(*std::move(options));
}

Result<Selection> SingleChoice::parse(std::span<const std::string_view> values) const {
  if (values.empty()) return invalid("No option is selected. Select one and send the vote again.");
  if (values.size() > 1) return invalid("Several options are selected. Select only one.");
  if (find_option(options_, values[0]) == nullptr) {
    return invalid("That is not one of this poll's options.");
  }
  return Selection::parse(values[0]);
}

ChoiceResults SingleChoice::results(const SelectionCounts& counts) const {
  ChoiceResults results = count_options(options_, counts);
  for (const OptionCount& option : results.options) results.voters += option.count;
  set_shares(results);
  return results;
}

ChoiceResults count_options(const std::vector<Option>& options, const SelectionCounts& counts) {
  ChoiceResults results;
  for (const Option& option : options) {
    results.options.push_back({.option = option, .count = count_in(counts, option.id), .share = 0});
  }
  return results;
}

void set_shares(ChoiceResults& results) {
  if (results.voters == 0) return;
  for (OptionCount& option : results.options) {
    option.share = static_cast<double>(option.count) / static_cast<double>(results.voters);
  }
}

}  // namespace pollux::poll
