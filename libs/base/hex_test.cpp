#include "base/hex.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace pollux {
namespace {

TEST(Hex, HasTwoLowerCaseDigitsForEachByte) {
  EXPECT_EQ(to_hex(std::vector<std::uint8_t>{0x00, 0x7f, 0x80, 0xff}), "007f80ff");
  EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace pollux
