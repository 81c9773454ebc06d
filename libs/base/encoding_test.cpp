#include "base/encoding.hpp"

#include <array>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pollux {
namespace {

using namespace std::string_literals;

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

TEST(Base64, EncodesAndDecodesTheExamplesOfRfc4648) {  // section 10
  const std::array<std::pair<std::string_view, std::string_view>, 7> examples{{{"", ""},
                                                                               {"f", "Zg=="},
                                                                               {"fo", "Zm8="},
                                                                               {"foo", "Zm9v"},
                                                                               {"foob", "Zm9vYg=="},
                                                                               {"fooba", "Zm9vYmE="},
                                                                               {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : examples) {
    std::string encoded;
    append_base64(encoded, bytes);
    EXPECT_EQ(encoded, text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const auto& part : {bytes, bytes.substr(1), bytes.substr(2)}) {
    std::string encoded;
    append_base64(encoded, part);
    EXPECT_EQ(decode_base64(encoded), part);
  }
}

TEST(Base64, RejectsWhatIsNotCanonical) {
  for (const auto& text : {"Z"s, "Zg"s, "Zg="s, "Zg==="s, "Z==="s, "===="s, "="s, "Zh=="s, "Zm9="s, "Z!=="s,
                           "Zm 9"s, "Zg==Zg=="s, "Zm-_"s, "Zm9v\n"s, "Zm9\0"s, "\xC3\xA9\xC3\xA9"s}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, HasAUrlSafeFormWithoutPadding) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("\xfb\xff\xbf"), "-_-_");
}

}  // namespace
}  // namespace pollux
