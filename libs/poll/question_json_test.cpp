#include "poll/question_json.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "poll/testing/random_question.hpp"

namespace pollux::poll {
namespace {

std::string error_of(const std::string& text) {
  const auto question = parse_question_json(text);
  return question ? "(accepted)" : question.error().message;
}

RC_GTEST_PROP(QuestionJson, IsReadAsItWasWritten, ()) {
  const Question question = *random_questions();
  const std::string text = to_json(question);
  RC_LOG() << text;
  const auto read = parse_question_json(text);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == question);
  RC_ASSERT(to_json(*read) == text);
}

// The stored form: a change of these texts would make stored questions unreadable.
TEST(QuestionJson, HasOneFormForEachKind) {
  for (const std::string text : {
           R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})",
           R"({"kind":"multiple","text":"Which days?","options":["Monday","Tuesday"],"min":0,"max":2})",
           R"({"kind":"scale","text":"How was it?","size":10,"low":"Poor","high":"","skippable":true})",
           R"({"kind":"ranking","text":"In which order?","options":["\"Red\"","Blue"],"min":2})",
       }) {
    const auto question = parse_question_json(text);
    ASSERT_TRUE(question) << question.error().message;
    EXPECT_EQ(to_json(*question), text);
  }
}

TEST(QuestionJson, HasDefaults) {
  EXPECT_EQ(
      to_json(parse_question_json(R"({"options":["A","B","C"],"text":"Which?","kind":"multiple"})").value()),
      R"({"kind":"multiple","text":"Which?","options":["A","B","C"],"min":1,"max":3})");
  EXPECT_EQ(to_json(parse_question_json(R"({"kind":"scale","text":"How?"})").value()),
            R"({"kind":"scale","text":"How?","size":5,"low":"","high":"","skippable":false})");
  EXPECT_EQ(to_json(parse_question_json(R"({"kind":"ranking","text":"How?","options":["A","B"]})").value()),
            R"({"kind":"ranking","text":"How?","options":["A","B"],"min":1})");
}

TEST(QuestionJson, SaysWhatIsWrong) {
  for (const std::string text : {"", "[]", "{", "\xff", "{}{}", R"({"a":{"b":{"c":1}}})"}) {
    EXPECT_EQ(error_of(text), "The question is not a JSON object.") << text;
  }
  EXPECT_EQ(error_of(R"({"text":"Which?","options":["A","B"]})"),
            "The member \"kind\" of the question is missing.");
  EXPECT_EQ(error_of(R"({"kind":"quiz","text":"Which?"})"),
            "The kind of the question is none of single, multiple, scale and ranking.");
  EXPECT_EQ(error_of(R"({"kind":"single","options":["A","B"]})"),
            "The member \"text\" of the question is missing.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"Which?"})"),
            "The member \"options\" of the question is missing.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":1,"options":["A","B"]})"),
            "The member \"text\" of the question is not a string.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"Which?","options":"A"})"),
            "The member \"options\" of the question is not an array.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"Which?","options":["A",2]})"),
            "The member \"options\" of the question has an element that is not a string.");
  EXPECT_EQ(error_of(R"({"kind":"ranking","text":"Which?","options":["A","B"],"min":-1})"),
            "The member \"min\" of the question is not an integer of 0 or more.");
  EXPECT_EQ(error_of(R"({"kind":"scale","text":"How?","skippable":1})"),
            "The member \"skippable\" of the question is neither true nor false.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"Which?","options":["A","B"],"min":1})"),
            "The member \"min\" of the question is unknown for a question of this kind; remove it.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"Which?","options":["A","a"]})"),
            "Options a and b look the same, \"a\". Give each option a label of its own.");
  EXPECT_EQ(error_of(R"({"kind":"single","text":"","options":["A","B"]})"), "The question is empty.");
}

TEST(QuestionJson, IsBounded) {
  const std::string question = R"({"kind":"single","text":"Which?","options":["A","B"]})";
  EXPECT_TRUE(parse_question_json(question + std::string(max_question_json_bytes - question.size(), ' ')));
  EXPECT_EQ(error_of(question + std::string(max_question_json_bytes - question.size() + 1, ' ')),
            "The question has more than 16384 bytes.");
  std::vector<std::string> longest;
  for (char letter = 'a'; letter <= 'z'; ++letter) longest.push_back(std::string(199, '"') + letter);
  const auto largest = Question::create(std::string(500, '\\'),
                                        MultipleChoice::create(longest, {.min = 1, .max = 26}).value());
  EXPECT_TRUE(parse_question_json(to_json(largest.value())));
}

}  // namespace
}  // namespace pollux::poll
