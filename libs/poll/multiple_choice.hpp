// A question with several answers out of several options.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/single_choice.hpp"

namespace pollux::poll {

class MultipleChoice {
 public:
  static constexpr std::string_view kind = "multiple";

  // How many options a voter selects.
  struct Limits {
    std::size_t min = 1;  // 0: voters may answer "none of them"
    std::size_t max = 1;

    friend bool operator==(const Limits&, const Limits&) = default;
  };

  // min ≤ max, and 1 ≤ max ≤ the number of options.
  static Result<MultipleChoice> create(const std::vector<std::string>& labels, Limits limits);

  const std::vector<Option>& options() const { return options_; }
  const Limits& limits() const { return limits_; }

  // The ids of options, in any order, each once; no value for none of them. The selection is sorted.
  Result<Selection> parse(std::span<const std::string_view> values) const;
  bool has_key(const Selection& key) const;
  // Each share is that of the voters who selected the option, so the sum exceeds 1.
  ChoiceResults results(const SelectionCounts& counts) const;

  std::vector<std::string> labels() const { return labels_of(options_); }
  // Whether only the texts may differ.
  bool has_form_of(const MultipleChoice& other) const {
    return limits_ == other.limits_ && options_.size() == other.options_.size();
  }

  friend bool operator==(const MultipleChoice&, const MultipleChoice&) = default;

 private:
  MultipleChoice(std::vector<Option> options, Limits limits)
      : options_(std::move(options)), limits_(limits) {}

  std::vector<Option> options_;
  Limits limits_;
};

}  // namespace pollux::poll
