#include "http/entity_tag.hpp"

#include <gtest/gtest.h>

#include "http/test_request.hpp"

namespace pollux::http {
namespace {

bool has(std::string_view tag, const std::string& if_none_match) {
  const TestRequest sent({{"If-None-Match", if_none_match}}, "");
  return has_version(sent.request, tag);
}

TEST(EntityTag, TellsVersionsApart) {
  EXPECT_EQ(entity_tag_of("a"), entity_tag_of("a"));
  EXPECT_NE(entity_tag_of("a"), entity_tag_of("b"));
  EXPECT_TRUE(has(entity_tag_of(""), entity_tag_of("")));
}

TEST(EntityTag, IsFoundInAListByWeakComparison) {
  for (const auto* known : {"\"1\"", "W/\"1\"", "\"0\", W/\"1\" ,\"2\"", "\"0\",\"1\"", ", \"1\"", "*", " * ",
                            "\"a, b\", \"1\""}) {
    EXPECT_TRUE(has("\"1\"", known)) << known;
    EXPECT_TRUE(has("W/\"1\"", known)) << known;
  }
  for (const auto* other : {"", "1", "\"0\"", "\"10\"", "\"1", "\"a, 1\"", "\"a*\"", "\"0\", \"2\""}) {
    EXPECT_FALSE(has("\"1\"", other)) << other;
  }
  const TestRequest without({}, "");
  EXPECT_FALSE(has_version(without.request, "\"1\""));
}

}  // namespace
}  // namespace pollux::http
