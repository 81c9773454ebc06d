#include "tracing/span_context.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::tracing {
namespace {

// The example of the standard, section 3.2.4.
constexpr const char* standard_example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, IsReadAndWritten) {
  const auto context = parse_traceparent(standard_example);
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(context->trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, (SpanId{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}));
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(to_traceparent(*context), standard_example);
}

TEST(Traceparent, HasOneFlagThatMatters) {
  const std::string start = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";
  EXPECT_FALSE(parse_traceparent(start + "00")->sampled);
  EXPECT_TRUE(parse_traceparent(start + "03")->sampled);
  EXPECT_FALSE(parse_traceparent(start + "fe")->sampled);
  EXPECT_EQ(to_traceparent(*parse_traceparent(start + "fe")), start + "00");
  EXPECT_EQ(to_traceparent(*parse_traceparent(start + "ff")), start + "01");
}

TEST(Traceparent, OfALaterVersionIsReadByItsFirstParts) {
  const std::string later = "cc" + std::string(standard_example).substr(2);
  EXPECT_EQ(parse_traceparent(later), parse_traceparent(standard_example));
  EXPECT_EQ(parse_traceparent(later + "-what-the-future-will-be-like"), parse_traceparent(standard_example));
  EXPECT_EQ(parse_traceparent(later + "-"), parse_traceparent(standard_example));
  EXPECT_EQ(parse_traceparent(later + ".what-the-future-will-be-not"), std::nullopt);
}

TEST(Traceparent, OfAnotherFormIsNone) {
  const std::string valid = standard_example;
  for (const std::string& text : {std::string(),
                                  std::string("00"),
                                  valid.substr(0, 54),
                                  valid + "-",
                                  valid + "-01",
                                  valid + " ",
                                  " " + valid,
                                  "ff" + valid.substr(2),
                                  "0g" + valid.substr(2),
                                  "0" + valid.substr(2),
                                  std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
                                  std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01"),
                                  std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
                                  std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
                                  std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"),
                                  std::string("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                                  std::string("00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01"),
                                  std::string(55, '-'),
                                  std::string(55, '\0'),
                                  std::string(10'000, '0')}) {
    EXPECT_EQ(parse_traceparent(text), std::nullopt) << text;
  }
}

TEST(SpanContext, IsNotValidByDefault) {
  EXPECT_FALSE(SpanContext().valid());
  EXPECT_FALSE(SpanContext().sampled);
}

}  // namespace
}  // namespace pollux::tracing
