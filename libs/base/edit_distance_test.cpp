#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

namespace pollux {
namespace {

const std::vector<std::string> names{"vote-listen", "result-listen", "database", "log-level"};

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance<char>("listen", "listen"), 0U);
  EXPECT_EQ(edit_distance<char>("lisen", "listen"), 1U);
  EXPECT_EQ(edit_distance<char>("listten", "listen"), 1U);
  EXPECT_EQ(edit_distance<char>("lizten", "listen"), 1U);
  EXPECT_EQ(edit_distance<char>("litsen", "listen"), 1U);
  EXPECT_EQ(edit_distance<char>("ca", "abc"), 3U) << "a swapped pair is not edited again";
}

TEST(NearestWord, FindsTheIntendedWord) {
  EXPECT_EQ(nearest_word("vote-lisen", names), "vote-listen");
  EXPECT_EQ(nearest_word("databsae", names), "database");
  EXPECT_EQ(nearest_word("loglevel", names), "log-level");
}

TEST(NearestWord, SuggestsNothingDistant) {
  EXPECT_EQ(nearest_word("color", names), std::nullopt);
  EXPECT_EQ(nearest_word("", names), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100'000, 'x'), names), std::nullopt);
}

}  // namespace
}  // namespace pollux
