#include "poll/question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "poll/poll_run.hpp"

namespace pollux::poll {
namespace {

using Values = std::vector<std::string_view>;

std::vector<std::string> labels(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t n = 1; n <= count; ++n) texts.push_back("Label " + std::to_string(n));
  return texts;
}

Question ask(Result<SingleChoice> answer) {
  return Question::create("Which?", std::move(answer).value()).value();
}
Question ask(Result<MultipleChoice> answer) {
  return Question::create("Which?", std::move(answer).value()).value();
}
Question ask(Result<Scale> answer) {
  return Question::create("How much?", std::move(answer).value()).value();
}
Question ask(Result<Ranking> answer) {
  return Question::create("In which order?", std::move(answer).value()).value();
}

std::string selected(const Question& question, const Values& values) {
  const auto selection = question.parse(values);
  return selection ? selection->text() : "invalid: " + selection.error().message;
}

Selection key(std::string_view text) {
  return Selection::parse(text).value();
}

TEST(Question, HasATextOfBoundedLength) {
  const SingleChoice choice = SingleChoice::create(labels(2)).value();
  EXPECT_EQ(Question::create("", choice).error().message, "The question is empty.");
  EXPECT_EQ(Question::create(std::string(501, 'q'), choice).error().message,
            "The question has more than 500 bytes.");
  EXPECT_EQ(Question::create("Which?", choice)->kind(), "single");
}

TEST(SingleChoice, SelectsOneOption) {
  const Question question = ask(SingleChoice::create(labels(3)));
  EXPECT_EQ(selected(question, {"c"}), "c");
  EXPECT_EQ(selected(question, {}), "invalid: No option is selected. Select one and send the vote again.");
  EXPECT_EQ(selected(question, {"a", "b"}), "invalid: Several options are selected. Select only one.");
  for (const std::string_view other : {"d", "A", "", "+a", ">a", "a1"}) {
    EXPECT_EQ(selected(question, {other}), "invalid: That is not one of this poll's options.") << other;
  }
}

TEST(MultipleChoice, SelectsASetOfOptions) {
  const Question question = ask(MultipleChoice::create(labels(4), {.min = 1, .max = 3}));
  EXPECT_EQ(selected(question, {"c", "a"}), "+a+c");
  EXPECT_EQ(selected(question, {"b"}), "+b");
  EXPECT_EQ(selected(question, {}), "invalid: Select at least 1 option, not 0.");
  EXPECT_EQ(selected(question, {"a", "b", "c", "d"}), "invalid: Select at most 3 options, not 4.");
  EXPECT_EQ(selected(question, {"a", "b", "a"}),
            "invalid: An option is selected twice. Select each option once.");
  EXPECT_EQ(selected(question, {"a", "e"}), "invalid: One of the selected options is not in this poll.");
  EXPECT_EQ(selected(question, {"a", ""}), "invalid: One of the selected options is not in this poll.");
}

TEST(MultipleChoice, MayAllowNoneAndAllOfTwentySix) {
  const Question question = ask(MultipleChoice::create(labels(26), {.min = 0, .max = 26}));
  EXPECT_EQ(selected(question, {}), "+");
  Values all;
  const std::string letters = "zyxwvutsrqponmlkjihgfedcba";
  for (std::size_t i = 0; i < letters.size(); ++i) all.push_back(std::string_view(letters).substr(i, 1));
  EXPECT_EQ(selected(question, all), "+a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z");
}

TEST(MultipleChoice, HasLimitsThatVotersCanKeep) {
  const auto error_of = [](std::size_t min, std::size_t max) {
    return MultipleChoice::create(labels(3), {.min = min, .max = max}).error().message;
  };
  EXPECT_EQ(error_of(1, 4), "Voters can select at most 1 to 3 of 3 options, not 4. Change the maximum.");
  EXPECT_EQ(error_of(0, 0), "Voters can select at most 1 to 3 of 3 options, not 0. Change the maximum.");
  EXPECT_EQ(error_of(3, 2),
            "Voters can't select at least 3 and at most 2 options. Reduce the minimum or raise the maximum.");
}

TEST(Scale, SelectsANumber) {
  const Question question = ask(Scale::create({.size = 10, .low = "Bad", .high = "Good", .skippable = true}));
  EXPECT_EQ(selected(question, {"1"}), "1");
  EXPECT_EQ(selected(question, {"10"}), "10");
  EXPECT_EQ(selected(question, {"skip"}), "skip");
  EXPECT_EQ(selected(question, {}), "invalid: No number is selected. Select a number from 1 to 10.");
  EXPECT_EQ(selected(question, {"1", "2"}), "invalid: Several numbers are selected. Select only one.");
  for (const std::string_view other :
       {"0", "11", "01", "-1", "+1", "1.5", "", " 1", "99999999999999999999"}) {
    EXPECT_EQ(selected(question, {other}), "invalid: That is not a number from 1 to 10.") << other;
  }
}

TEST(Scale, CanBeSkippedOnlyIfItSaysSo) {
  const Question question = ask(Scale::create({.size = 5, .low = "", .high = "", .skippable = false}));
  EXPECT_EQ(selected(question, {"skip"}),
            "invalid: This question can't be skipped. Select a number from 1 to 5.");
  EXPECT_FALSE(question.has_key(key("skip")));
}

TEST(Scale, HasBoundsAndLabelsThatDiffer) {
  const auto error_of = [](std::size_t size, const std::string& low, const std::string& high) {
    return Scale::create({.size = size, .low = low, .high = high, .skippable = false}).error().message;
  };
  EXPECT_EQ(error_of(1, "", ""), "A scale has 2 to 10 numbers, not 1.");
  EXPECT_EQ(error_of(11, "", ""), "A scale has 2 to 10 numbers, not 11.");
  EXPECT_EQ(error_of(5, std::string(201, 'l'), ""),
            "The label of the lowest number has more than 200 bytes.");
  EXPECT_EQ(error_of(5, "", "\n"), "The label of the highest number has characters that are not plain text.");
  EXPECT_EQ(error_of(5, "Good", "good "),
            "Both ends of the scale have the same label, \"good \". Give each a label of its own.");
}

TEST(Ranking, SelectsAnOrder) {
  const Question question = ask(Ranking::create(labels(4), 2));
  EXPECT_EQ(selected(question, {"b", "a", "c"}), ">b>a>c");
  EXPECT_EQ(selected(question, {"d", "a", "", ""}), ">d>a")
      << "as a form with a field for each rank sends it";
  EXPECT_EQ(selected(question, {"a"}), "invalid: Rank at least 2 options, not 1.");
  EXPECT_EQ(selected(question, {"", ""}), "invalid: Rank at least 2 options, not 0.");
  EXPECT_EQ(selected(question, {"a", "", "b"}),
            "invalid: Rank 2 is empty, but a lower one is not. Fill the ranks from the first on.");
  EXPECT_EQ(selected(question, {"a", "b", "a"}),
            "invalid: The option \"Label 1\" has two ranks. Give it only one.");
  EXPECT_EQ(selected(question, {"a", "e"}), "invalid: One of the ranked options is not in this poll.");
}

TEST(Ranking, HasUpToEightOptions) {
  EXPECT_TRUE(Ranking::create(labels(8), 8));
  EXPECT_EQ(Ranking::create(labels(9), 1).error().message, "A poll has 2 to 8 options, not 9.");
  EXPECT_EQ(Ranking::create(labels(3), 4).error().message,
            "Voters can rank at least 1 to 3 options, not 4. Change the minimum.");
  EXPECT_EQ(Ranking::create(labels(3), 0).error().message,
            "Voters can rank at least 1 to 3 options, not 0. Change the minimum.");
}

TEST(Question, KnowsItsKeys) {
  const auto has = [](const Question& question, std::string_view text) {
    return question.has_key(key(text));
  };
  const Question single = ask(SingleChoice::create(labels(2)));
  EXPECT_TRUE(has(single, "b"));
  EXPECT_FALSE(has(single, "c") || has(single, "+") || has(single, "a1"));
  const Question multiple = ask(MultipleChoice::create(labels(2), {.min = 1, .max = 2}));
  EXPECT_TRUE(has(multiple, "a") && has(multiple, "+"));
  EXPECT_FALSE(has(multiple, "c") || has(multiple, "+a"));
  const Question scale = ask(Scale::create({.size = 5, .low = "", .high = "", .skippable = true}));
  EXPECT_TRUE(has(scale, "5") && has(scale, "skip"));
  EXPECT_FALSE(has(scale, "6") || has(scale, "a"));
  const Question ranking = ask(Ranking::create(labels(3), 2));
  EXPECT_TRUE(has(ranking, "c3") && has(ranking, ">b>a") && has(ranking, ">b"));
  EXPECT_FALSE(has(ranking, "c4") || has(ranking, "d1") || has(ranking, ">b>b") || has(ranking, ">") ||
               has(ranking, ">b>") || has(ranking, "a"));
}

TEST(Question, MayBeCorrectedButNotChanged) {
  const auto asked = [](std::string text, std::size_t size, std::string low) {
    return Question::create(
               std::move(text),
               Scale::create({.size = size, .low = std::move(low), .high = "", .skippable = false}).value())
        .value();
  };
  const Question recorded = asked("How was the lesson?", 5, "Boring");
  EXPECT_EQ(compare(recorded, asked("how was the lesson", 5, "boring")), Likeness::same);
  EXPECT_EQ(compare(recorded, asked("How was the leson?", 5, "Boring")), Likeness::corrected);
  EXPECT_EQ(compare(recorded, asked("How was the lesson?", 5, "Exciting")), Likeness::other);
  EXPECT_EQ(compare(recorded, asked("How was the lesson?", 6, "Boring")), Likeness::other);
  const Question multiple = ask(MultipleChoice::create(labels(3), {.min = 1, .max = 2}));
  EXPECT_EQ(compare(multiple, ask(MultipleChoice::create(labels(3), {.min = 1, .max = 2}))), Likeness::same);
  EXPECT_EQ(compare(multiple, ask(MultipleChoice::create(labels(3), {.min = 1, .max = 3}))), Likeness::other);
  EXPECT_EQ(compare(multiple, ask(SingleChoice::create(labels(3)))), Likeness::other);
  EXPECT_EQ(compare(multiple, ask(MultipleChoice::create(labels(4), {.min = 1, .max = 2}))), Likeness::other);
}

TEST(Question, TellsTheValuesOfASelection) {
  const Question single = ask(SingleChoice::create(labels(3)));
  const Question multiple = ask(MultipleChoice::create(labels(4), {.min = 0, .max = 2}));
  const Question scale = ask(Scale::create({.size = 10, .low = "", .high = "", .skippable = true}));
  const Question ranking = ask(Ranking::create(labels(3), 1));
  EXPECT_EQ(single.values_of(key("b")), (Values{"b"}));
  EXPECT_EQ(multiple.values_of(key("+a+c")), (Values{"a", "c"}));
  EXPECT_EQ(multiple.values_of(key("+")), Values{});
  EXPECT_EQ(scale.values_of(key("10")), Values{"10"});
  EXPECT_EQ(scale.values_of(key("skip")), Values{"skip"});
  EXPECT_EQ(ranking.values_of(key(">c>a")), (Values{"c", "a"}));
}

TEST(Question, HasNoValuesOfASelectionThatIsNotItsOwn) {
  const Question single = ask(SingleChoice::create(labels(3)));
  const Question multiple = ask(MultipleChoice::create(labels(4), {.min = 0, .max = 2}));
  const Question ranking = ask(Ranking::create(labels(3), 1));
  for (const auto* const other : {"d", "+a", ">a", "+", "1"}) {
    EXPECT_EQ(single.values_of(key(other)), std::nullopt) << other;
  }
  for (const auto* const other : {"a", "+c+a", "+a+a", "+a+b+c", "+a+", "++", ">a>b"}) {
    EXPECT_EQ(multiple.values_of(key(other)), std::nullopt) << other;
  }
  for (const auto* const other : {"a", ">", ">a>a", ">a>", ">a>d", "+a"}) {
    EXPECT_EQ(ranking.values_of(key(other)), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace pollux::poll
