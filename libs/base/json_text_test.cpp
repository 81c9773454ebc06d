#include "base/json_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux {
namespace {

std::string json_string(std::string_view text, std::size_t max_bytes = 100) {
  std::string out;
  append_json_string(out, text, max_bytes);
  return out;
}

TEST(JsonText, EscapesQuotesAndLineBreaks) {
  EXPECT_EQ(json_string("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x1b[2J", 5)), R"("\u0000\u001b[2J")");
}

TEST(JsonText, EscapesTheControlCharactersOfTerminals) {
  EXPECT_EQ(json_string("\x7f\xC2\x9B"), R"("\u007f\u009b")");
}

TEST(JsonText, KeepsTextOfAllLanguages) {
  EXPECT_EQ(json_string("Gr\xC3\xBC\xC3\x9F \xE7\x8C\xAB \xF0\x9F\x90\xB1"),
            "\"Gr\xC3\xBC\xC3\x9F \xE7\x8C\xAB \xF0\x9F\x90\xB1\"");
}

TEST(JsonText, ReplacesEachInvalidByte) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(json_string("a\xFF\xFE"), "\"a" + replaced + replaced + "\"");
  EXPECT_EQ(json_string("\xC3"), "\"" + replaced + "\"");                                // cut short
  EXPECT_EQ(json_string("\xC0\xAF"), "\"" + replaced + replaced + "\"");                 // longer than needed
  EXPECT_EQ(json_string("\xED\xA0\x80"), "\"" + replaced + replaced + replaced + "\"");  // a surrogate
  EXPECT_EQ(json_string("\xE7\x8C\""), "\"" + replaced + replaced + "\\\"\"");  // may not swallow the quote
}

TEST(JsonText, TruncatesLongTextBetweenCharacters) {
  EXPECT_EQ(json_string("abcdef", 6), "\"abcdef\"");
  EXPECT_EQ(json_string("abcdef", 3), "\"abc\xE2\x80\xA6\"");
  EXPECT_EQ(json_string("ab\xC3\xBC", 3), "\"ab\xE2\x80\xA6\"");
}

}  // namespace
}  // namespace pollux
