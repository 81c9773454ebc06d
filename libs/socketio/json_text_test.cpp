#include "socketio/json_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace pollux::socketio {
namespace {

std::string through(std::string_view text) {
  const auto value = parse_json(text, 64);
  if (!value) return value.error().message;
  std::string out;
  append_json(out, *value);
  return out;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonText, KeepsOrderAndTypes) {
  for (const char* text : {"null", "true", "false", "0", "-1", "\"\"", "[]", "{}",
                           R"({"b":1,"a":[2,{"c":null}]})", R"(["Zoë €😀","\"\\\n\t\b\f\r","\u0000\u001f"])",
                           "9223372036854775807", "18446744073709551615", "-9223372036854775808"}) {
    EXPECT_EQ(through(text), text);
  }
}

TEST(JsonText, IsCompact) {
  EXPECT_EQ(through(" { \"a\" : [ 1 , 2 ] } "), R"({"a":[1,2]})");
}

TEST(JsonText, WritesNumbersAsBrowsersDo) {
  EXPECT_EQ(through("1.0"), "1");
  EXPECT_EQ(through("-0.0"), "0");
  EXPECT_EQ(through("1.5"), "1.5");
  EXPECT_EQ(through("-12.25"), "-12.25");
  EXPECT_EQ(through("0.1"), "0.1");
  EXPECT_EQ(through("1e5"), "100000");
  EXPECT_EQ(through("1e20"), "100000000000000000000");
  EXPECT_EQ(through("1e21"), "1e+21");
  EXPECT_EQ(through("1.25e22"), "1.25e+22");
  EXPECT_EQ(through("0.000001"), "0.000001");
  EXPECT_EQ(through("0.0000001"), "1e-7");
  EXPECT_EQ(through("1.5e-10"), "1.5e-10");
  EXPECT_EQ(through("123456789.123"), "123456789.123");
}

TEST(JsonText, KeepsTheLastOfRepeatedKeys) {
  EXPECT_EQ(through(R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST(JsonText, WritesNullForWhatJsonCannotSay) {
  std::string out;
  append_json(out, boost::json::value(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(out, "null");
}

TEST(JsonText, BoundsTheNesting) {
  EXPECT_EQ(through(nested(64)), nested(64));
  EXPECT_FALSE(parse_json(nested(65), 64));
  EXPECT_FALSE(parse_json(nested(200'000), 64));
  EXPECT_FALSE(parse_json(std::string(200'000, '['), 64));
}

TEST(JsonText, RefusesWhatIsNotJson) {
  for (const char* text :
       {"",        " ",   "[1,]",     "[1]x",     "[1][2]", "NaN",         "Infinity",
        "01",      "+1",  "1.",       "'a'",      "{a:1}",  "\"\\ud800\"", "\"\\udc00x\"",
        "\"\\x\"", "\"a", "\"\x01\"", "\"\xFF\"", "1e400",  "[-1e999]",    "{\"a\":[1e400]}"}) {
    EXPECT_FALSE(parse_json(text, 64)) << text;
  }
}

}  // namespace
}  // namespace pollux::socketio
