#include "poll/multiple_choice.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "poll/selection_keys.hpp"

namespace pollux::poll {
namespace {

std::string options_in_words(std::size_t count) {
  return count == 1 ? "1 option" : std::to_string(count) + " options";
}

}  // namespace

Result<MultipleChoice> MultipleChoice::create(const std::vector<std::string>& labels, Limits limits) {
  auto options = make_options(labels);
  if (!options) return options.error();
  if (limits.max < 1 || limits.max > options->size()) {
    return invalid("Voters can select at most 1 to " + std::to_string(options->size()) + " of " +
                   options_in_words(options->size()) + ", not " + std::to_string(limits.max) +
                   ". Change the maximum.");
  }
  if (limits.min > limits.max) {
    return invalid("Voters can't select at least " + std::to_string(limits.min) + " and at most " +
                   options_in_words(limits.max) + ". Reduce the minimum or raise the maximum.");
  }
  return MultipleChoice(*std::move(options), limits);
}

Result<Selection> MultipleChoice::parse(std::span<const std::string_view> values) const {
  if (values.size() > limits_.max) {
    return invalid("Select at most " + options_in_words(limits_.max) + ", not " +
                   std::to_string(values.size()) + ".");
  }
  if (values.size() < limits_.min) {
    return invalid("Select at least " + options_in_words(limits_.min) + ", not " +
                   std::to_string(values.size()) + ".");
  }
  std::vector<std::string_view> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  if (const auto repeated = std::ranges::adjacent_find(sorted); repeated != sorted.end()) {
    return invalid("An option is selected twice. Select each option once.");
  }
  for (const std::string_view id : sorted) {
    if (find_option(options_, id) == nullptr) {
      return invalid("One of the selected options is not in this poll.");
    }
  }
  return Selection::parse(joined(set_marker, sorted));
}

bool MultipleChoice::has_key(const Selection& key) const {
  return key.text() == voters_key || find_option(options_, key.text()) != nullptr;
}

ChoiceResults MultipleChoice::results(const SelectionCounts& counts) const {
  ChoiceResults results = count_options(options_, counts);
  results.voters = count_in(counts, voters_key);
  set_shares(results);
  return results;
}

}  // namespace pollux::poll
