#include "poll/poll_code.hpp"

#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::HasSubstr;

TEST(PollCode, IsFoundInAnyCaseWithSpacesAndHyphens) {
  for (const std::string typed : {"K7MXQ4", "k7mxq4", "K7m xQ4", " k7m-xq4 ", "k-7-m-x-q-4"}) {
    EXPECT_EQ(PollCode::parse(typed).value().text(), "K7MXQ4") << typed;
  }
}

TEST(PollCode, HasNoCharactersThatLookTheSame) {
  for (const std::string typed :
       {"K7MXQ0", "K7MXQO", "K7MXQ1", "K7MXQl", "K7MXQ2", "K7MXQ\u0664", "K7MXQ'"}) {
    const auto parsed = PollCode::parse(typed);
    ASSERT_FALSE(parsed) << typed;
    EXPECT_THAT(parsed.error().message, HasSubstr("A code has only these letters and digits"));
  }
}

TEST(PollCode, HasSixCharacters) {
  EXPECT_THAT(PollCode::parse("K7MXQ").error().message, HasSubstr("too short"));
  EXPECT_THAT(PollCode::parse("").error().message, HasSubstr("too short"));
  EXPECT_THAT(PollCode::parse("K7MXQ4C").error().message, HasSubstr("too long"));
  EXPECT_THAT(PollCode::parse(std::string(1'000'000, 'K')).error().message, HasSubstr("too long"));
}

TEST(PollCode, IsRandomInEveryPlace) {
  constexpr int codes = 21'000;  // 1000 of each character in each place, with a standard deviation of 31
  std::set<PollCode> different;
  std::map<std::pair<std::size_t, char>, int> counts;
  for (int n = 0; n < codes; ++n) {
    const PollCode code = PollCode::random();
    EXPECT_EQ(PollCode::parse(code.text()).value(), code);
    different.insert(code);
    for (std::size_t place = 0; place < PollCode::length; ++place) ++counts[{place, code.text()[place]}];
  }
  EXPECT_GT(different.size(), codes - 30U);
  EXPECT_EQ(counts.size(), PollCode::length * PollCode::alphabet.size());
  for (const auto& [place, count] : counts) {
    EXPECT_GT(count, 700) << place.second;
    EXPECT_LT(count, 1300) << place.second;
  }
}

}  // namespace
}  // namespace pollux::poll
