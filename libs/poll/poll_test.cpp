#include "poll/poll.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

PollId some_id() {
  return PollId::parse("default").value();
}

Result<Poll> with_labels(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t n = 0; n < count; ++n) labels.push_back("Label " + std::to_string(n));
  return Poll::create(some_id(), "Which?", labels);
}

TEST(Poll, GivesItsOptionsTheIdsAToZInOrder) {
  const Poll poll = Poll::create(some_id(), "Cats or dogs?", {"Cats", "Dogs", "Zoë's fish"}).value();
  EXPECT_EQ(poll.options(), (std::vector<Option>{{"a", "Cats"}, {"b", "Dogs"}, {"c", "Zoë's fish"}}));
  EXPECT_EQ(with_labels(26).value().options().back().id, "z");
}

TEST(Poll, HasTwoToTwentySixOptions) {
  EXPECT_EQ(with_labels(1).error().message, "A poll has 2 to 26 options, not 1.");
  EXPECT_TRUE(with_labels(2));
  EXPECT_TRUE(with_labels(26));
  EXPECT_EQ(with_labels(27).error().message, "A poll has 2 to 26 options, not 27.");
  EXPECT_EQ(with_labels(27).error().code, ErrorCode::invalid);
}

TEST(Poll, NamesTheTextThatIsOutOfBounds) {
  const auto error_of = [](const std::string& question, const std::string& label_b) {
    return Poll::create(some_id(), question, {"Cats", label_b}).error().message;
  };
  EXPECT_EQ(error_of("", "Dogs"), "The question is empty.");
  EXPECT_EQ(error_of(std::string(501, 'q'), "Dogs"), "The question has more than 500 bytes.");
  EXPECT_EQ(error_of("Two\nlines?", "Dogs"), "The question has characters that are not plain text.");
  EXPECT_EQ(error_of("Which?", ""), "The label of option b is empty.");
  EXPECT_EQ(error_of("Which?", std::string(201, 'l')), "The label of option b has more than 200 bytes.");
  EXPECT_TRUE(Poll::create(some_id(), std::string(500, 'q'), {"Cats", std::string(200, 'l')}));
}

TEST(Poll, HasNoTwoOptionsThatLookTheSame) {
  for (const std::string label : {"Tea", "TEA", " tea ", "Te\u200Da", "\uFF34\uFF25\uFF21"}) {
    const auto poll = Poll::create(some_id(), "Which?", {"Tea", "Coffee", label});
    ASSERT_FALSE(poll) << label;
    EXPECT_EQ(poll.error().message,
              "Options a and c look the same, \"" + label + "\". Give each option a label of its own.");
  }
  EXPECT_TRUE(Poll::create(some_id(), "Which?", {"Tea", "Te\u0301a"}));
}

TEST(Poll, SelectsOneOfItsOptionsAndNothingElse) {
  const Poll poll = with_labels(2).value();
  EXPECT_EQ(poll.select("b").value().text(), "b");
  for (const std::string other : {"c", "A", "ab", "", " a", "Label"}) {
    ASSERT_FALSE(poll.select(other)) << other;
    EXPECT_EQ(poll.select(other).error().code, ErrorCode::invalid);
  }
  EXPECT_FALSE(poll.select(std::string("a\0", 2)));
}

TEST(Poll, HasADefaultQuestion) {
  EXPECT_EQ(default_question({"Cats", "Dogs"}), "Cats vs Dogs!");
  EXPECT_EQ(default_question({"Cats", "Dogs", "Birds"}), "Which one do you choose?");
}

}  // namespace
}  // namespace pollux::poll
