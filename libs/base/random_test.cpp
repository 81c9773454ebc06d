#include "base/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux {
namespace {

using namespace std::chrono_literals;

TEST(OrderedId, SortsByItsCreationTime) {
  const std::chrono::system_clock::time_point then(1'700'000'000'123ms);
  EXPECT_THAT(make_ordered_id(then), testing::StartsWith("018bcfe5687b"));
  EXPECT_LT(make_ordered_id(then), make_ordered_id(then + 1ms));
  EXPECT_LT(make_ordered_id(then), make_ordered_id(then + 24h * 365 * 100));
}

TEST(OrderedId, DiffersWithinAMillisecond) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_NE(make_ordered_id(now), make_ordered_id(now));
  EXPECT_EQ(make_ordered_id(now).size(), ordered_id_digits);
}

}  // namespace
}  // namespace pollux
