#include "http/network_limit.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

constexpr int per_second = 10;
constexpr int at_once = 50;

class NetworkLimitTest : public testing::Test {
 protected:
  bool is_admitted(const std::string& address = "192.0.2.1") { return limit_.admit(address, now_) == 0s; }
  int admitted(const std::string& address = "192.0.2.1") {
    int count = 0;
    while (is_admitted(address)) ++count;
    return count;
  }

  NetworkLimit limit_{{.per_second = per_second, .at_once = at_once}};
  NetworkLimit::Clock::time_point now_{1h};
};

std::string ipv4(std::size_t n) {
  return "10." + std::to_string(n >> 16) + "." + std::to_string(n >> 8 & 255) + "." + std::to_string(n & 255);
}

TEST_F(NetworkLimitTest, AdmitsABurstAndThenTheRate) {
  EXPECT_EQ(admitted(), at_once);
  EXPECT_EQ(limit_.admit("192.0.2.1", now_), 1s);
  now_ += 1s;
  EXPECT_EQ(admitted(), per_second);
  now_ += 1h;
  EXPECT_EQ(admitted(), at_once) << "unused tokens beyond a bucket are not kept";
}

TEST_F(NetworkLimitTest, SaysHowLongToWait) {
  NetworkLimit slow({.per_second = 0.1, .at_once = 1});
  EXPECT_EQ(slow.admit("192.0.2.1", now_), 0s);
  EXPECT_EQ(slow.admit("192.0.2.1", now_ + 1500ms), 9s);
  EXPECT_EQ(slow.admit("192.0.2.1", now_ + 10s), 0s) << "what was rejected took no token";
}

TEST_F(NetworkLimitTest, CountsEachNetworkOnItsOwn) {
  EXPECT_EQ(admitted(), at_once);
  EXPECT_TRUE(is_admitted("192.0.2.2"));
  EXPECT_EQ(admitted("2001:db8::1"), at_once);
  EXPECT_FALSE(is_admitted("2001:db8::2")) << "of the same /64";
  EXPECT_TRUE(is_admitted("2001:db8:0:1::1"));
}

TEST_F(NetworkLimitTest, HundredThousandAttemptsOfOneNetworkAreHeldToTheRate) {
  int passed = 0;
  for (int attempt = 0; attempt < 100'000; ++attempt, now_ += 1ms) passed += is_admitted() ? 1 : 0;
  EXPECT_EQ(passed, at_once + 100 * per_second - 1);
}

// A client with many networks can neither free a bucket that it has emptied, nor grow the memory.
TEST_F(NetworkLimitTest, IsNotForgottenForOthers) {
  EXPECT_EQ(admitted(), at_once);
  for (std::size_t n = 0; n < 4 * NetworkLimit::max_networks; ++n) limit_.admit(ipv4(n), now_);
  EXPECT_FALSE(is_admitted());
}

TEST_F(NetworkLimitTest, NetworksWithoutAPlaceShareOneBucketUntilOthersAreFull) {
  std::size_t passed = 0;
  for (std::size_t n = 0; n < 4 * NetworkLimit::max_networks; ++n) passed += is_admitted(ipv4(n)) ? 1U : 0U;
  EXPECT_LE(passed, NetworkLimit::max_networks + at_once);
  EXPECT_GT(passed, NetworkLimit::max_networks / 2);
  now_ += 10s;
  EXPECT_EQ(admitted("192.0.2.7"), at_once);
}

TEST_F(NetworkLimitTest, ARateOfZeroIsNoLimit) {
  NetworkLimit none({});
  for (int n = 0; n < 1000; ++n) EXPECT_EQ(none.admit("192.0.2.1", now_), 0s);
}

}  // namespace
}  // namespace pollux::http
