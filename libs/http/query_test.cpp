#include "http/query.hpp"

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

TEST(PercentDecode, DecodesBytes) {
  EXPECT_EQ(percent_decode("a%20b%C3%a9"), "a bé");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+%2B", true), "a +");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentDecode, FindsBrokenEscapes) {
  for (const auto* text : {"%", "%2", "a%2", "%zz", "%%20", "%2g"})
    EXPECT_EQ(percent_decode(text), std::nullopt);
}

TEST(ParseQuery, KeepsOrderRepetitionAndEmptyValues) {
  const auto fields = parse_query("vote=a&vote=b&&empty=&bare&x=1=2&%C3%A9=+%26").value();
  EXPECT_EQ(fields.size(), 6u);
  EXPECT_EQ(fields.find("vote"), "a");
  EXPECT_EQ(fields.count("vote"), 2u);
  EXPECT_EQ(fields.find("empty"), "");
  EXPECT_EQ(fields.find("bare"), "");
  EXPECT_EQ(fields.find("x"), "1=2");
  EXPECT_EQ(fields.find("é"), " &");
  EXPECT_EQ(fields.find("none"), std::nullopt);
  EXPECT_EQ(parse_query("").value().size(), 0u);
}

TEST(ParseQuery, SaysWhatIsWrong) {
  EXPECT_EQ(parse_query("a=%zz").error().message, "A field of the form has a broken percent escape.");
  EXPECT_EQ(parse_query("%=a").error().message, "A field of the form has a broken percent escape.");
  EXPECT_EQ(parse_query("a=1&b=2&c=3", 2).error().message, "The form has more than 2 fields.");
  EXPECT_TRUE(parse_query("a=1&b=2", 2).has_value());
}

}  // namespace
}  // namespace pollux::http
