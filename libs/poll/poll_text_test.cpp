#include "poll/poll_text.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::HasSubstr;

TEST(PollText, MustBeVisible) {
  for (const std::string blank : {" ", "\u00A0\u3000", "\u200D", "\u00AD", "\u115F", "\uFE0F", "\u2800"}) {
    const auto checked = check_poll_text("The label", blank, 200);
    ASSERT_FALSE(checked) << blank.size();
    EXPECT_EQ(checked.error().message, "The label is blank. Use visible text.");
  }
}

TEST(PollText, MustNotChangeHowOtherTextReads) {
  for (const std::string hidden :
       {"\u200B", "\u202E", "\u202A", "\u2066", "\u2069", "\u2060", "\uFEFF", "\u2028"}) {
    const auto checked = check_poll_text("The question", "Yes" + hidden + "No", 200);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("The question has invisible characters"));
  }
}

TEST(PollText, MayBeInAnyLanguageOrEmoji) {
  for (const std::string text : {"Zoë's fish", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "می\u200Cخواهم",
                                 "כן", "\u2764\uFE0F", "1"}) {
    EXPECT_TRUE(check_poll_text("The label", text, 200)) << text;
  }
}

TEST(PollText, IsComparedIgnoringCaseSpacesAndForms) {
  EXPECT_EQ(comparable("  STRASSE \u00A0 1 "), comparable("straße 1"));
  EXPECT_EQ(comparable("\u00C9"), comparable("e\u0301"));
  EXPECT_NE(comparable("Tea"), comparable("Tee"));
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

void expect(Likeness likeness, const Pairs& pairs) {
  for (const auto& [before, now] : pairs) {
    EXPECT_EQ(compare_texts(before, now), likeness) << before << " → " << now;
    EXPECT_EQ(compare_texts(now, before), likeness) << now << " → " << before;
  }
}

TEST(CompareTexts, IgnoresCaseSpacesAndPunctuation) {
  expect(Likeness::same, {{"Yes", "Yes!"},
                          {"Cats vs Dogs!", "cats  vs. dogs"},
                          {"Shall we?", "“Shall we?”"},
                          {"Can't we?", "Can’t we"},
                          {"'Cats'", "Cats"},
                          {"?", "?"}});
}

TEST(CompareTexts, AcceptsACorrectionOfOneLetterOfOneWord) {
  expect(Likeness::corrected, {{"Noodels", "Noodles"},
                               {"Were shall we eat?", "Where shall we eat?"},
                               {"Zürich", "Zurich"},
                               {"Restarant in Bern", "restaurant in Bern!"},
                               {"Моксва", "Москва"}});
}

TEST(CompareTexts, RejectsWhatMayMeanSomethingElse) {
  expect(Likeness::other, {{"Should it be legal?", "Should it be illegal?"},
                           {"Wine", "Pine"},
                           {"Beer", "Deer"},
                           {"Cats", "Bats"},
                           {"Dogs", "Hogs"},
                           {"Beer", "Bear"},
                           {"Can we do it?", "Can't we do it?"},
                           {"Team A", "Team B"},
                           {"Who wins: Team A or B?", "Who loses: Team A or B?"},
                           {"Shall we buy the house?", "Shall we sell the house?"},
                           {"Noodels or Piza", "Noodles or Pizza"},
                           {"Shall we go", "Shall we not go"},
                           {"Moral", "Amoral"}});
}

TEST(CompareTexts, RejectsChangedDigitsAndSigns) {
  expect(Likeness::other, {{"In 2025", "In 2026"},
                           {"1.5", "15"},
                           {"-5 degrees", "5 degrees"},
                           {"Version10", "Version11"},
                           {"C#", "C"},
                           {"C++", "C"},
                           {"!", "?"},
                           {"Pizza 😀", "Pizza 😡"}});
}

TEST(CompareTexts, RejectsCorrectionsInScriptsWhereACharacterCanBeAWord) {
  expect(Likeness::other, {{"我们应该去吗", "我们不该去吗"}});
}

}  // namespace
}  // namespace pollux::poll
