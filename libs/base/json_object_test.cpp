#include "base/json_object.hpp"

#include <limits>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace pollux {
namespace {

TEST(JsonObject, HasItsMembersInTheOrderOfTheCalls) {
  EXPECT_EQ(JsonObject()
                .text("name", "Zo\u00EB")
                .number("count", std::uint64_t{3})
                .decimal("share", 0.5)
                .boolean("open", true)
                .null("winner")
                .json("list", "[1]")
                .take(),
            "{\"name\":\"Zo\u00EB\",\"count\":3,\"share\":0.5,\"open\":true,\"winner\":null,\"list\":[1]}");
  EXPECT_EQ(JsonObject().take(), "{}");
}

TEST(JsonObject, ShowsAbsentValuesAsNull) {
  EXPECT_EQ(JsonObject()
                .text_or_null("a", std::optional<std::string>())
                .number("b", std::optional<std::uint64_t>())
                .decimal("c", std::nullopt)
                .decimal("d", std::numeric_limits<double>::quiet_NaN())
                .decimal("e", std::numeric_limits<double>::infinity())
                .take(),
            R"({"a":null,"b":null,"c":null,"d":null,"e":null})");
}

TEST(JsonObject, EscapesTexts) {
  const std::string text = JsonObject().text("a", "\"\\\n\x01\xFF</script>").take();
  EXPECT_EQ(boost::json::parse(text).at("a").as_string(), "\"\\\n\x01\uFFFD</script>");
}

TEST(JsonObject, WritesNumbersThatReadAsTheSame) {
  for (const double number : {0.0, 1.0, 1.0 / 3, 1e21, 5e-324, 0.1 + 0.2}) {
    const std::string text = JsonObject().decimal("a", number).take();
    EXPECT_EQ(boost::json::parse(text).at("a").to_number<double>(), number) << text;
  }
  EXPECT_EQ(JsonObject().number("a", std::numeric_limits<std::uint64_t>::max()).take(),
            R"({"a":18446744073709551615})");
}

TEST(JsonArray, HasElementsThatAreJson) {
  EXPECT_EQ(json_array(std::vector<std::string>()), "[]");
  EXPECT_EQ(json_array(std::vector<std::string>{"{}", "1"}), "[{},1]");
  EXPECT_EQ(json_array(std::vector<int>{1, 2}, [](int n) { return std::to_string(n); }), "[1,2]");
}

}  // namespace
}  // namespace pollux
