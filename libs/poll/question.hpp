// What a poll asks, and how it is answered. Immutable. The kinds of questions are the alternatives of one
// variant; each of them interprets its own selections and counts (single_choice.hpp and so on).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "poll/multiple_choice.hpp"
#include "poll/ranking.hpp"
#include "poll/scale.hpp"
#include "poll/single_choice.hpp"

namespace pollux::poll {

using Answer = std::variant<SingleChoice, MultipleChoice, Scale, Ranking>;
using QuestionResults = std::variant<ChoiceResults, ScaleResults, RankingResults>;

class Question {
 public:
  static constexpr std::size_t max_text_bytes = 500;

  // `invalid` if the text is out of bounds or invisible.
  static Result<Question> create(std::string text, Answer answer);

  const std::string& text() const { return text_; }
  const Answer& answer() const { return answer_; }
  std::string_view kind() const;               // "single", "multiple", "scale" or "ranking"
  const std::vector<Option>& options() const;  // empty if the kind has none

  // The selection for what a voter sent: the values of the form's fields `vote`, in the form's order. Equal
  // answers give equal selections. The message of an error is for the voter.
  Result<Selection> parse(std::span<const std::string_view> values) const;

  // The reverse: values that parse() makes this selection of, in the order of a form. Views of the selection.
  // Nothing if it is no selection of this question.
  std::optional<std::vector<std::string_view>> values_of(const Selection& selection) const;

  // Whether votes for this question have that key (selection_keys.hpp).
  bool has_key(const Selection& key) const;

  // Ignores keys that the question does not have. The counts may lack some rankings (Tally::omitted_keys).
  QuestionResults results(const SelectionCounts& counts) const;

  friend bool operator==(const Question&, const Question&) = default;

 private:
  Question(std::string text, Answer answer) : text_(std::move(text)), answer_(std::move(answer)) {}

  std::string text_;
  Answer answer_;
};

}  // namespace pollux::poll
