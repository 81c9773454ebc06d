#include "accounts/sign_in_throttle.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;

constexpr AccountTime noon = std::chrono::sys_days(2026y / 11 / 27) + 12h;

class SignInThrottleTest : public testing::Test {
 protected:
  static constexpr int many = 1000;  // more than any limit

  // Fails as often as it may without a wait, at most `most` times; returns how often that was.
  int fail_freely(const std::string& name, const std::string& network, int most = many) {
    for (int failures = 0; failures < most; ++failures) {
      if (throttle_.begin(name, network, now_) > 0s) return failures;
    }
    return most;
  }
  std::chrono::seconds begin(const std::string& name, const std::string& network) {
    return throttle_.begin(name, network, now_);
  }
  // Waits as long as it must, and fails again.
  std::chrono::seconds wait_and_fail(const std::string& name, const std::string& network) {
    const auto wait = begin(name, network);
    now_ += wait;
    EXPECT_EQ(begin(name, network), 0s) << "after the wait";
    return wait;
  }

  SignInThrottle throttle_;
  AccountTime now_ = noon;
};

TEST_F(SignInThrottleTest, AllowsSomeAttemptsAndThenDoublesTheWait) {
  EXPECT_EQ(fail_freely("ann", "192.0.2.1"), 5);
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 1s);
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 2s);
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 4s);
  for (int failures = 0; failures < 6; ++failures) wait_and_fail("ann", "192.0.2.1");
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 512s);
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 15min);
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 15min) << "the longest";
}

TEST_F(SignInThrottleTest, IsNotProlongedByAttemptsDuringTheWait) {
  fail_freely("ann", "192.0.2.1");
  EXPECT_EQ(wait_and_fail("ann", "192.0.2.1"), 1s);
  for (int attempts = 0; attempts < 100; ++attempts) EXPECT_EQ(begin("ann", "192.0.2.1"), 2s);
  now_ += 1s;
  EXPECT_EQ(begin("ann", "192.0.2.1"), 1s);
  now_ += 1s;
  EXPECT_EQ(begin("ann", "192.0.2.1"), 0s);
}

TEST_F(SignInThrottleTest, DoesNotDelayOtherAccountsAndNetworks) {
  fail_freely("ann", "192.0.2.1");
  EXPECT_EQ(begin("ann", "192.0.2.2"), 0s) << "ann herself, elsewhere";
  EXPECT_EQ(begin("bob", "192.0.2.1"), 0s) << "a colleague";
}

TEST_F(SignInThrottleTest, LimitsANetworkThatTriesManyNames) {
  int failures = 0;
  while (failures < many && begin("name " + std::to_string(failures), "192.0.2.1") == 0s) ++failures;
  EXPECT_EQ(failures, 30);
  EXPECT_EQ(begin("another", "192.0.2.1"), 1s);
  EXPECT_EQ(begin("another", "192.0.2.2"), 0s);
}

TEST_F(SignInThrottleTest, LimitsManyNetworksThatTryOneName) {
  int failures = 0;
  while (failures < many && begin("ann", "192.0.2." + std::to_string(failures)) == 0s) ++failures;
  EXPECT_EQ(failures, 50);
  for (int more = 0; more < 20; ++more) {
    const std::string network = "198.51.100." + std::to_string(more);
    EXPECT_LE(wait_and_fail("ann", network), 1min);
  }
  EXPECT_EQ(begin("ann", "203.0.113.1"), 1min) << "one guess a minute";
}

TEST_F(SignInThrottleTest, KeepsNoOneOutOfTheNetworkInWhichTheySignedIn) {
  EXPECT_EQ(begin("ann", "192.0.2.1"), 0s);
  throttle_.succeed("ann", "192.0.2.1", now_);
  for (int network = 0; network < 60; ++network) begin("ann", "198.51.100." + std::to_string(network));
  EXPECT_GT(begin("ann", "203.0.113.1"), 0s);
  EXPECT_EQ(begin("ann", "192.0.2.1"), 0s);
  fail_freely("ann", "192.0.2.1");
  EXPECT_GT(begin("ann", "192.0.2.1"), 0s) << "the count of the pair still applies";
}

TEST_F(SignInThrottleTest, ForgetsTheFailuresAfterASuccess) {
  EXPECT_EQ(fail_freely("ann", "192.0.2.1", 4), 4);
  EXPECT_EQ(begin("ann", "192.0.2.1"), 0s);
  throttle_.succeed("ann", "192.0.2.1", now_);
  EXPECT_EQ(fail_freely("ann", "192.0.2.1"), 5);
}

// Someone with an account must not get free guesses at others by signing in to it in between.
TEST_F(SignInThrottleTest, DoesNotForgetTheFailuresOfTheNetworkAfterASuccess) {
  int failures = 0;
  while (failures < many && begin("name " + std::to_string(failures), "192.0.2.1") == 0s) {
    ++failures;
    if (begin("mallory", "192.0.2.1") == 0s) throttle_.succeed("mallory", "192.0.2.1", now_);
  }
  EXPECT_EQ(failures, 30);
}

TEST_F(SignInThrottleTest, DoesNotCountAttemptsThatCouldNotBeChecked) {
  for (int attempts = 0; attempts < 100; ++attempts) {
    ASSERT_EQ(begin("ann", "192.0.2.1"), 0s);
    throttle_.withdraw("ann", "192.0.2.1");
  }
  EXPECT_EQ(fail_freely("ann", "192.0.2.1"), 5);
}

TEST_F(SignInThrottleTest, ForgetsOldFailures) {
  fail_freely("ann", "192.0.2.1");
  for (int failures = 0; failures < 12; ++failures) wait_and_fail("ann", "192.0.2.1");
  now_ += 1h;
  EXPECT_EQ(fail_freely("ann", "192.0.2.1"), 5);
}

TEST_F(SignInThrottleTest, EndsAWaitEvenIfTheClockIsSetBack) {
  fail_freely("ann", "192.0.2.1");
  now_ -= 24h;
  EXPECT_EQ(begin("ann", "192.0.2.1"), 1s);
  now_ += 1s;
  EXPECT_EQ(begin("ann", "192.0.2.1"), 0s);
}

TEST_F(SignInThrottleTest, CountsAttemptsThatRunAtOnce) {
  std::atomic<int> checked = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int attempts = 0; attempts < 50; ++attempts) {
          if (throttle_.begin("ann", "192.0.2.1", noon) == 0s) ++checked;
        }
      });
    }
  }
  EXPECT_EQ(checked, 5);
}

TEST(BoundedSignInThrottle, ForgetsTheCountsThatWereUsedLeastRecently) {
  SignInThrottle throttle({.max_counts = 30});
  for (int failures = 0; failures < 5; ++failures) throttle.begin("ann", "192.0.2.1", noon);
  EXPECT_GT(throttle.begin("ann", "192.0.2.1", noon), 0s);
  for (int other = 0; other < 9; ++other) {
    throttle.begin("name " + std::to_string(other), "198.51.100." + std::to_string(other), noon);
  }
  EXPECT_GT(throttle.begin("ann", "192.0.2.1", noon), 0s) << "there is room for 10 pairs with their counts";
  for (int other = 0; other < 10; ++other) {
    throttle.begin("other " + std::to_string(other), "203.0.113." + std::to_string(other), noon);
  }
  EXPECT_EQ(throttle.begin("ann", "192.0.2.1", noon), 0s) << "forgotten";
}

}  // namespace
}  // namespace pollux::accounts
