// A question with one answer out of several options.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/option.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

struct OptionCount {
  Option option;
  std::uint64_t count = 0;
  double share = 0;  // of the voters, 0 to 1

  friend bool operator==(const OptionCount&, const OptionCount&) = default;
};

// Of single and multiple choices.
struct ChoiceResults {
  std::uint64_t voters = 0;
  std::vector<OptionCount> options;  // in the order of the question

  friend bool operator==(const ChoiceResults&, const ChoiceResults&) = default;
};

class SingleChoice {
 public:
  static constexpr std::string_view kind = "single";

  static Result<SingleChoice> create(const std::vector<std::string>& labels);

  const std::vector<Option>& options() const { return options_; }

  // One value: the id of an option.
  Result<Selection> parse(std::span<const std::string_view> values) const;
  bool has_key(const Selection& key) const { return find_option(options_, key.text()) != nullptr; }
  ChoiceResults results(const SelectionCounts& counts) const;

  std::vector<std::string> labels() const { return labels_of(options_); }
  // Whether only the texts may differ.
  bool has_form_of(const SingleChoice& other) const { return options_.size() == other.options_.size(); }

  friend bool operator==(const SingleChoice&, const SingleChoice&) = default;

 private:
  explicit SingleChoice(std::vector<Option> options) : options_(std::move(options)) {}

  std::vector<Option> options_;
};

// For the kinds with options: each option's count, without shares; and the shares of `voters`.
ChoiceResults count_options(const std::vector<Option>& options, const SelectionCounts& counts);
void set_shares(ChoiceResults& results);

}  // namespace pollux::poll
