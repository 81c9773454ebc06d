#include "telemetry/repeat_limit.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::telemetry {
namespace {

using std::chrono::seconds;

class RepeatLimitTest : public testing::Test {
 protected:
  RepeatLimit limit_{seconds(10)};
  RepeatLimit::Clock::time_point now_{seconds(1000)};
};

TEST_F(RepeatLimitTest, AdmitsOnceAPeriodAndCountsTheRest) {
  EXPECT_EQ(limit_.admit("a", now_), 0U);
  EXPECT_EQ(limit_.admit("a", now_), std::nullopt);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(9)), std::nullopt);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(10)), 2U);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(20)), 0U);
}

TEST_F(RepeatLimitTest, KeepsKeysApart) {
  EXPECT_EQ(limit_.admit("a", now_), 0U);
  EXPECT_EQ(limit_.admit("b", now_), 0U);
}

TEST_F(RepeatLimitTest, SharesOneKeyBeyondItsBound) {
  for (std::size_t i = 0; i < RepeatLimit::max_keys; ++i) limit_.admit(std::to_string(i), now_);
  EXPECT_EQ(limit_.admit("one more", now_), 0U);
  EXPECT_EQ(limit_.admit("another", now_), std::nullopt);
  EXPECT_EQ(limit_.admit("0", now_), std::nullopt) << "a known key keeps its own history";
}

}  // namespace
}  // namespace pollux::telemetry
