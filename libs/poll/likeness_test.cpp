#include "poll/likeness.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

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
