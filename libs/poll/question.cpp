#include "poll/question.hpp"

#include "poll/poll_text.hpp"
#include "poll/selection_keys.hpp"

namespace pollux::poll {

Result<Question> Question::create(std::string text, Answer answer) {
  if (auto checked = check_poll_text("The question", text, max_text_bytes); !checked) return checked.error();
  return Question(std::move(text), std::move(answer));
}

std::string_view Question::kind() const {
  return std::visit([](const auto& answer) { return answer.kind; }, answer_);
}

const std::vector<Option>& Question::options() const {
  static const std::vector<Option> none;
  return std::visit(
      [](const auto& answer) -> const std::vector<Option>& {
        if constexpr (requires { answer.options(); }) {
          return answer.options();
        } else {
          return none;
        }
      },
      answer_);
}

Result<Selection> Question::parse(std::span<const std::string_view> values) const {
  return std::visit([&](const auto& answer) { return answer.parse(values); }, answer_);
}

std::optional<std::vector<std::string_view>> Question::values_of(const Selection& selection) const {
  std::vector<std::string_view> values{selection.text()};
  if (has_several_keys(selection)) values = parts_of(selection.text());
  if (selection.text() == voters_key) values.clear();  // a set of no option
  const auto parsed = parse(values);
  if (!parsed || *parsed != selection) return std::nullopt;
  return values;
}

bool Question::has_key(const Selection& key) const {
  return std::visit([&](const auto& answer) { return answer.has_key(key); }, answer_);
}

QuestionResults Question::results(const SelectionCounts& counts) const {
  return std::visit([&](const auto& answer) -> QuestionResults { return answer.results(counts); }, answer_);
}

}  // namespace pollux::poll
