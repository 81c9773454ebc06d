#include "poll/testing/random_question.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string_view>
#include <utility>

#include <rapidcheck.h>

namespace pollux::poll {
namespace {

std::size_t up_to(std::size_t least, std::size_t most) {
  return *rc::gen::inRange(least, most + 1);
}

std::string random_text() {
  constexpr std::array<std::string_view, 8> words{"plain",     "\"quoted\"", "back\\slash", "Zoë",
                                                  "</script>", "🐈",         "a/b",         "日本"};
  std::string text;
  const std::size_t count = up_to(1, 4);
  for (std::size_t n = 0; n < count; ++n) text.append(words[up_to(0, words.size() - 1)]).append(1, ' ');
  return text;
}

// The number makes each a label of its own.
std::vector<std::string> random_labels(std::size_t most) {
  std::vector<std::string> labels(up_to(min_options, most));
  for (std::size_t n = 0; n < labels.size(); ++n) labels[n] = random_text() + std::to_string(n);
  return labels;
}

Answer random_answer_form() {
  switch (*rc::gen::element(0, 1, 2, 3)) {
    case 0:
      return SingleChoice::create(random_labels(max_options)).value();
    case 1: {
      const auto labels = random_labels(max_options);
      const std::size_t max = up_to(1, labels.size());
      return MultipleChoice::create(labels, {.min = up_to(0, max), .max = max}).value();
    }
    case 2:
      return Scale::create({.size = up_to(Scale::min_size, Scale::max_size),
                            .low = *rc::gen::arbitrary<bool>() ? "low " + random_text() : "",
                            .high = *rc::gen::arbitrary<bool>() ? "high " + random_text() : "",
                            .skippable = *rc::gen::arbitrary<bool>()})
          .value();
    default: {
      const auto labels = random_labels(Ranking::max_options);
      return Ranking::create(labels, up_to(1, labels.size())).value();
    }
  }
}

// `least` to `most` of the options, in any order.
SubmittedValues some_of(const std::vector<Option>& options, std::size_t least, std::size_t most) {
  SubmittedValues ids;
  for (const Option& option : options) ids.push_back(option.id);
  std::ranges::shuffle(ids, std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
  ids.resize(up_to(least, most));
  return ids;
}

struct RandomAnswer {
  SubmittedValues operator()(const SingleChoice& single) const { return some_of(single.options(), 1, 1); }
  SubmittedValues operator()(const MultipleChoice& multiple) const {
    return some_of(multiple.options(), multiple.limits().min, multiple.limits().max);
  }
  SubmittedValues operator()(const Scale& scale) const {
    const std::size_t number = up_to(scale.format().skippable ? 0 : 1, scale.format().size);
    return {number == 0 ? std::string(Scale::skip_value) : std::to_string(number)};
  }
  SubmittedValues operator()(const Ranking& ranking) const {
    return some_of(ranking.options(), ranking.min_ranked(), ranking.options().size());
  }
};

}  // namespace

rc::Gen<Question> random_questions() {
  return rc::gen::exec([] { return Question::create(random_text(), random_answer_form()).value(); });
}

rc::Gen<std::vector<SubmittedValues>> random_answers(const Question& question) {
  return rc::gen::exec([question] {
    std::vector<SubmittedValues> answers(up_to(0, 30));
    for (SubmittedValues& answer : answers) answer = std::visit(RandomAnswer{}, question.answer());
    return answers;
  });
}

Result<Selection> parse(const Question& question, const SubmittedValues& values) {
  const std::vector<std::string_view> views(values.begin(), values.end());
  return question.parse(views);
}

}  // namespace pollux::poll
