#include "seed-data/retry_policy.hpp"

#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, RepeatsOnlyWhatMaySucceedLater) {
  for (const unsigned status : {429U, 502U, 503U, 504U}) EXPECT_TRUE(may_succeed_later(status)) << status;
  for (const unsigned status : {200U, 302U, 400U, 403U, 404U, 413U, 500U}) {
    EXPECT_FALSE(may_succeed_later(status)) << status;
  }
}

TEST(RetryPolicy, WaitsTwiceAsLongEachTimeUpToFiveSeconds) {
  EXPECT_EQ(pause_after(1, {}, 1), 100ms);
  EXPECT_EQ(pause_after(2, {}, 1), 200ms);
  EXPECT_EQ(pause_after(6, {}, 1), 3200ms);
  EXPECT_EQ(pause_after(7, {}, 1), 5s);
  EXPECT_EQ(pause_after(4'000'000'000, {}, 1), 5s);
}

TEST(RetryPolicy, SpreadsTheAttempts) {
  EXPECT_EQ(pause_after(1, {}, 0), 50ms);
  EXPECT_EQ(pause_after(1, {}, 0.5), 75ms);
}

TEST(RetryPolicy, WaitsAtLeastAsLongAsTheServiceAsks) {
  EXPECT_EQ(pause_after(1, 2s, 0), 2050ms);
  EXPECT_EQ(pause_after(1, 3600s, 0), 60050ms) << "a minute is enough";
}

TEST(RetryPolicy, ReadsSecondsOnly) {
  EXPECT_EQ(parse_retry_after("5"), 5s);
  EXPECT_EQ(parse_retry_after("999999999999"), 86400s);
  EXPECT_EQ(parse_retry_after("-1"), std::nullopt);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), std::nullopt);
  EXPECT_EQ(parse_retry_after(""), std::nullopt);
}

}  // namespace
}  // namespace pollux::seed
