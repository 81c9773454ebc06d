#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

namespace pollux {
namespace {

const std::vector<std::string> names{"vote-listen", "result-listen", "database", "log-level"};

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
