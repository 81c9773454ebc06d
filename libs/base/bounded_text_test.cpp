#include "base/bounded_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux {
namespace {

struct NameTag {
  static constexpr std::string_view name = "name";
};
using Name = BoundedText<NameTag, 8>;

TEST(BoundedText, KeepsTextWithinItsLimit) {
  EXPECT_EQ(Name::parse("12345678").value().text(), "12345678");
  EXPECT_EQ(Name::parse("Zoë").value().text(), "Zoë");
}

TEST(BoundedText, ExplainsTheError) {
  EXPECT_EQ(Name::parse("").error().message, "The name is empty.");
  EXPECT_EQ(Name::parse("123456789").error().message, "The name has more than 8 bytes.");
  EXPECT_EQ(Name::parse("a\nb").error().message, "The name has characters that are not plain text.");
  EXPECT_EQ(Name::parse("").error().code, ErrorCode::invalid);
}

TEST(PlainText, RejectsControlCharacters) {
  EXPECT_FALSE(is_plain_text(std::string_view("\0", 1)));
  EXPECT_FALSE(is_plain_text("\x1f"));
  EXPECT_FALSE(is_plain_text("\x7f"));
  EXPECT_TRUE(is_plain_text(" ~"));
}

TEST(PlainText, AcceptsUtf8OfEveryLength) {
  EXPECT_TRUE(is_plain_text("aé€😀\xF4\x8F\xBF\xBF"));
}

TEST(PlainText, RejectsInvalidUtf8) {
  const std::string_view broken[] = {
      "\x80",              // a continuation without a lead
      "\xC3",              // truncated
      "\xC0\x80",          // overlong, two bytes
      "\xE0\x9F\xBF",      // overlong, three bytes
      "\xED\xA0\x80",      // a surrogate
      "\xF0\x8F\xBF\xBF",  // overlong, four bytes
      "\xF4\x90\x80\x80",  // beyond U+10FFFF
      "\xFF",
  };
  for (const auto text : broken) EXPECT_FALSE(is_plain_text(text)) << testing::PrintToString(text);
}

}  // namespace
}  // namespace pollux
