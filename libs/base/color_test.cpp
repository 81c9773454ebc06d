#include "base/color.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux {
namespace {

constexpr Color black{.red = 0, .green = 0, .blue = 0};
constexpr Color white{.red = 255, .green = 255, .blue = 255};

TEST(Color, IsReadAndWritten) {
  const auto color = parse_color("#1D4ed8");
  ASSERT_TRUE(color);
  EXPECT_EQ(*color, (Color{.red = 0x1d, .green = 0x4e, .blue = 0xd8}));
  EXPECT_EQ(to_text(*color), "#1d4ed8");
}

TEST(Color, HasNoOtherForm) {
  for (const char* const text :
       {"", "#", "1d4ed8", "#1d4ed", "#1d4ed80", "#1d4eg8", "#fff", "red", " #1d4ed8"}) {
    EXPECT_FALSE(parse_color(text)) << text;
  }
}

TEST(Color, HasTheContrastOfWcag) {
  EXPECT_DOUBLE_EQ(contrast(black, white), 21);
  EXPECT_DOUBLE_EQ(contrast(white, black), 21);
  EXPECT_DOUBLE_EQ(contrast(white, white), 1);
  // The lightest gray that is allowed for text on white.
  EXPECT_NEAR(contrast(*parse_color("#767676"), white), 4.54, 0.005);
  EXPECT_NEAR(contrast(*parse_color("#ff0000"), white), 4.00, 0.005);
}

TEST(Color, IsMixed) {
  EXPECT_EQ(mixed(black, white, 0), black);
  EXPECT_EQ(mixed(black, white, 1), white);
  EXPECT_EQ(to_text(mixed(*parse_color("#ff0080"), black, 0.5)), "#800040");
}

}  // namespace
}  // namespace pollux
