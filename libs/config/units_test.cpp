#include "config/units.hpp"

#include <gtest/gtest.h>

namespace pollux::config {
namespace {

using namespace std::chrono_literals;

TEST(Units, ReadsDurationsWithTheirUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("250us"), 250us);
  EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Units, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "5", "s", "-1s", "1.5s", "1 s", "1S", "1d", "5min", "99999999999h", "1s "}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, WritesDurationsAsOneReadsThem) {
  for (const char* text : {"0", "1us", "1500ms", "30s", "90s", "5m", "48h"}) {
    EXPECT_EQ(duration_text(parse_duration(text).value()), text);
  }
}

TEST(Units, ReadsSizes) {
  EXPECT_EQ(parse_bytes("65536"), 65536);
  EXPECT_EQ(parse_bytes("64KiB"), 65536);
  EXPECT_EQ(parse_bytes("1MiB"), 1 << 20);
  EXPECT_EQ(parse_bytes("2GiB"), 2LL << 30);
  EXPECT_EQ(parse_bytes("12B"), 12);
}

TEST(Units, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "KiB", "-1", "1.5KiB", "64kb", "1KB", "9223372036854775807KiB", "9223372036854775808"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(Units, WritesSizesAsOneReadsThem) {
  for (const char* text : {"0", "1", "1025", "64KiB", "3MiB", "4GiB"}) {
    EXPECT_EQ(bytes_text(parse_bytes(text).value()), text);
  }
}

}  // namespace
}  // namespace pollux::config
