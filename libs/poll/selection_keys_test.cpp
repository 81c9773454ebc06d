#include "poll/selection_keys.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::UnorderedElementsAre;

std::vector<std::string> keys(const std::string& selection) {
  std::vector<std::string> texts;
  for (const Selection& key : keys_of(Selection::parse(selection).value())) texts.push_back(key.text());
  return texts;
}

TEST(SelectionKeys, AreTheTextOfASingleChoiceOrAScale) {
  for (const std::string selection : {"a", "10", "skip", "C++", "b>a", "+", ">", "Ä '\""}) {
    EXPECT_THAT(keys(selection), UnorderedElementsAre(selection));
    EXPECT_FALSE(has_several_keys(Selection::parse(selection).value())) << selection;
  }
}

TEST(SelectionKeys, AreTheOptionsOfASetAndTheVoter) {
  EXPECT_THAT(keys("+a+c"), UnorderedElementsAre("+", "a", "c"));
  EXPECT_THAT(keys("+z"), UnorderedElementsAre("+", "z"));
}

TEST(SelectionKeys, AreTheRanksOfARankingAndTheRanking) {
  EXPECT_THAT(keys(">b>a>c"), UnorderedElementsAre(">b>a>c", "b1", "a2", "c3"));
  EXPECT_THAT(keys(">b"), UnorderedElementsAre(">b", "b1"));
}

// A text of a store that no form of ours produces.
TEST(SelectionKeys, AreBoundedAndDifferentForEveryText) {
  EXPECT_THAT(keys("+a+a++"), UnorderedElementsAre("+", "a"));
  EXPECT_THAT(keys(">>a"), UnorderedElementsAre(">>a", "a2"));
  EXPECT_THAT(keys("+>b"), UnorderedElementsAre("+", ">b"));
  EXPECT_EQ(keys(">" + std::string(254, 'x')),
            (std::vector{">" + std::string(254, 'x'), std::string(254, 'x') + "1"}));
  std::string longest;
  while (longest.size() < 254) longest += ">a";
  EXPECT_EQ(keys(longest).size(), 128U);
}

}  // namespace
}  // namespace pollux::poll
