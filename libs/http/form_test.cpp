#include "http/form.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

TEST(PercentDecode, DecodesBytes) {
  EXPECT_EQ(percent_decode("a%20b%C3%a9"), "a bé");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+%2B", true), "a +");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentDecode, RejectsInvalidEscapes) {
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

TEST(ParseQuery, HasAllValuesOfANameInTheOrderSent) {
  const auto fields = parse_query("vote=c&voter=1&vote=&vote=a").value();
  EXPECT_EQ(fields.all("vote"), (std::vector<std::string_view>{"c", "", "a"}));
  EXPECT_TRUE(fields.all("poll").empty());
}

TEST(ParseQuery, NamesTheProblem) {
  EXPECT_EQ(parse_query("a=%zz").error().message, "A field of the form has a broken percent escape.");
  EXPECT_EQ(parse_query("%=a").error().message, "A field of the form has a broken percent escape.");
  EXPECT_EQ(parse_query("a=1&b=2&c=3", 2).error().message, "The form has more than 2 fields.");
  EXPECT_TRUE(parse_query("a=1&b=2", 2).has_value());
}

const std::string multipart = "multipart/form-data; boundary=xyz";

Result<Fields> parse(const std::string& content_type, const std::string& body, FormLimits limits = {}) {
  return parse_form(TestRequest({{"Content-Type", content_type}}, body).request, limits);
}

std::string part(const std::string& disposition, const std::string& value) {
  return "--xyz\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
}

TEST(ParseForm, ParsesUrlencodedForms) {
  EXPECT_EQ(parse("application/x-www-form-urlencoded", "vote=a").value().find("vote"), "a");
  EXPECT_EQ(parse("Application/X-WWW-Form-Urlencoded ; charset=UTF-8", "vote=a").value().find("vote"), "a");
}

TEST(ParseForm, ParsesMultipartForms) {
  const auto fields = parse(multipart, part("name=\"vote\"", "a") +
                                           part("name=second; filename=\"f;name=x\"", "two\r\nlines") +
                                           part("filename=f; name=\"%22q%0D%0A%20\"", "") + "--xyz--\r\n")
                          .value();
  EXPECT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields.find("vote"), "a");
  EXPECT_EQ(fields.find("second"), "two\r\nlines");
  EXPECT_EQ(fields.find("\"q\r\n%20"), "");
}

TEST(ParseForm, ParsesOtherSpellingsOfMultipart) {
  EXPECT_EQ(
      parse(
          "multipart/form-data; charset=utf-8; Boundary=\"x y\"",
          "preamble\r\n--x y  \r\nContent-Type: text/plain\r\ncontent-disposition: Form-Data; NAME=a\r\n\r\n1"
          "\r\n--x y--")
          .value()
          .find("a"),
      "1");
  EXPECT_EQ(parse(multipart, "--xyz--").value().size(), 0u);
}

TEST(ParseForm, RejectsInvalidMultipart) {
  const auto whole = part("name=a", "1") + "--xyz--";
  ASSERT_TRUE(parse(multipart, whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(parse(multipart, whole.substr(0, size)).has_error()) << size;
  }
  for (const auto& body :
       {part("nam=a", "1") + "--xyz--", part("name=\"a", "1") + "--xyz--",
        std::string("--xyz\r\n\r\n1\r\n--xyz--"), std::string("--xyz\r\nno colon\r\n\r\n1\r\n--xyz--"),
        std::string("--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--xyz--"),
        std::string("--xyzz\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xyzz--")}) {
    EXPECT_TRUE(parse(multipart, body).has_error()) << body;
  }
  EXPECT_TRUE(parse("multipart/form-data", whole).has_error());
  EXPECT_TRUE(parse("multipart/form-data; boundary=", whole).has_error());
  EXPECT_TRUE(parse("multipart/form-data; boundary=" + std::string(71, 'x'), whole).has_error());
}

TEST(ParseForm, HasBounds) {
  const auto two = part("name=a", "1") + part("name=b", "2") + "--xyz--";
  EXPECT_EQ(parse(multipart, two, {.fields = 1}).error().message, "The form has more than 1 fields.");
  EXPECT_EQ(parse("application/x-www-form-urlencoded", "a=1&b=2", {.fields = 1}).error().message,
            "The form has more than 1 fields.");
  const auto wide = part("name=a; x=" + std::string(200, 'x'), "1") + "--xyz--";
  EXPECT_TRUE(parse(multipart, wide).has_value());
  EXPECT_TRUE(parse(multipart, wide, {.part_header_bytes = 200}).has_error());
}

TEST(ParseForm, ChecksTheContentType) {
  EXPECT_TRUE(is_form(TestRequest({{"Content-Type", multipart}}, "").request));
  EXPECT_FALSE(is_form(TestRequest({{"Content-Type", "application/json"}}, "").request));
  EXPECT_FALSE(is_form(TestRequest({}, "").request));
  EXPECT_EQ(parse("application/json", "{}").error().message, "The request holds no form.");
}

}  // namespace
}  // namespace pollux::http
