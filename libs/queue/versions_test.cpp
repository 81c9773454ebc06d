#include "queue/versions.hpp"

#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

std::chrono::system_clock::time_point at(std::int64_t count) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(count));
}

TEST(EntryId, IsWrittenAndParsed) {
  EXPECT_EQ(entry_id_text({1526919030474, 55}), "1526919030474-55");
  EXPECT_EQ(parse_entry_id("1526919030474-55"), (poll::Version{1526919030474, 55}));
  const auto largest = parse_entry_id("18446744073709551615-18446744073709551615");
  ASSERT_TRUE(largest.has_value());
  EXPECT_FALSE(is_version(*largest));
  EXPECT_TRUE(is_version({9223372036854775807, 9223372036854775807}));
  for (const auto* text : {"", "-", "1", "1-", "-1", "1-1-1", "1-x", " 1-1", "18446744073709551616-0"}) {
    EXPECT_FALSE(parse_entry_id(text).has_value()) << text;
  }
}

TEST(VersionClock, CountsWithinAMillisecond) {
  VersionClock clock({0, 0});
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{1000, 0}));
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{1000, 1}));
  EXPECT_EQ(clock.next(at(1001)), (poll::Version{1001, 0}));
}

TEST(VersionClock, NeverGoesBackWithTheSystemsClock) {
  VersionClock clock({0, 0});
  clock.next(at(2000));
  EXPECT_EQ(clock.next(at(1000)), (poll::Version{2000, 1}));
  EXPECT_EQ(clock.next(at(-5)), (poll::Version{2000, 2}));
}

TEST(VersionClock, StartsAfterTheLastVersionGivenBefore) {
  EXPECT_EQ(VersionClock({5000, 7}).next(at(4000)), (poll::Version{5000, 8}));
  EXPECT_EQ(VersionClock({5000, 7}).next(at(5000)), (poll::Version{5000, 8}));
  EXPECT_EQ(VersionClock({5000, 7}).next(at(6000)), (poll::Version{6000, 0}));
}

}  // namespace
}  // namespace pollux::queue
