#include "base/hex.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace pollux {
namespace {

TEST(Hex, HasTwoLowerCaseDigitsForEachByte) {
  EXPECT_EQ(to_hex(std::vector<std::uint8_t>{0x00, 0x7f, 0x80, 0xff}), "007f80ff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, DecodesToTheSameBytes) {
  std::array<std::uint8_t, 4> bytes{};
  EXPECT_TRUE(from_hex("007f80FF", bytes));
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{0x00, 0x7f, 0x80, 0xff}));
}

TEST(Hex, RejectsAnythingButTwoDigitsPerByte) {
  std::array<std::uint8_t, 2> bytes{};
  for (const char* const text : {"", "007f8", "007f80", "00 f", "-1ff", "0x0f", "00fg"}) {
    EXPECT_FALSE(from_hex(text, bytes)) << text;
  }
}

}  // namespace
}  // namespace pollux
