#include "admin/request_limit.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

constexpr int per_second = 10;
constexpr int at_once = 50;

class RequestLimitTest : public testing::Test {
 protected:
  bool is_admitted(const std::string& network = "192.0.2.1") { return limit_.admit(network, now_) == 0s; }
  int admitted(const std::string& network = "192.0.2.1") {
    int count = 0;
    while (is_admitted(network)) ++count;
    return count;
  }

  RequestLimit limit_{per_second};
  RequestLimit::Clock::time_point now_{};
};

TEST_F(RequestLimitTest, AdmitsABurstAndThenTheRate) {
  EXPECT_EQ(admitted(), at_once);
  EXPECT_EQ(limit_.admit("192.0.2.1", now_), 1s);
  now_ += 1s;
  EXPECT_EQ(admitted(), per_second);
  now_ += 1h;
  EXPECT_EQ(admitted(), at_once) << "unused requests are not saved";
}

TEST_F(RequestLimitTest, CountsEachNetworkOnItsOwn) {
  EXPECT_EQ(admitted(), at_once);
  EXPECT_TRUE(is_admitted("192.0.2.2"));
}

TEST_F(RequestLimitTest, ForgetsNetworksThatSendNothing) {
  for (std::size_t n = 0; n < RequestLimit::max_networks; ++n) EXPECT_TRUE(is_admitted(std::to_string(n)));
  EXPECT_EQ(admitted("shared 1"), at_once);
  EXPECT_FALSE(is_admitted("shared 2")) << "in one bucket with the other";
  now_ += 10s;
  EXPECT_TRUE(is_admitted("shared 2"));
}

}  // namespace
}  // namespace pollux::admin
