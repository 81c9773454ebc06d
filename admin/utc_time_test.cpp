#include "admin/utc_time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds noon = std::chrono::sys_days(2026y / 11 / 27) + 12h;

TEST(UtcTime, IsWrittenWithoutFractionOrOffset) {
  EXPECT_EQ(utc_text(noon), "2026-11-27T12:00:00Z");
  EXPECT_EQ(utc_text(std::chrono::sys_days(9999y / 12 / 31) + 23h + 59min + 59s), "9999-12-31T23:59:59Z");
}

TEST(UtcTime, IsReadWithAnyOffset) {
  for (const std::string_view text :
       {"2026-11-27T12:00:00Z", "2026-11-27t12:00:00z", "2026-11-27T13:00:00+01:00",
        "2026-11-27T06:30:00-05:30", "2026-11-27T12:00:00.999Z", "2026-11-28T00:00:00+12:00",
        "2026-11-27T11:59:60Z"}) {
    EXPECT_EQ(parse_utc(text), noon) << text;
  }
  EXPECT_EQ(parse_utc("2028-02-29T00:00:00Z"), std::chrono::sys_days(2028y / 2 / 29));
}

TEST(UtcTime, RejectsOtherTexts) {
  for (const std::string_view text :
       {"", "2026-11-27", "2026-11-27T12:00:00", "2026-11-27 12:00:00Z", "2026-11-27T12:00Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-27T24:00:00Z",
        "2026-11-27T12:60:00Z", "2026-11-27T12:00:61Z", "2026-11-27T12:00:00.Z", "2026-11-27T12:00:00ZZ",
        "2026-11-27T12:00:00+1:00", "2026-11-27T12:00:00+0100", "+026-11-27T12:00:00Z",
        " 2026-11-27T12:00:00Z", "2026-11-27T12:00:00+24:00"}) {
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace pollux::admin
