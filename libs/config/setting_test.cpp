#include "config/setting.hpp"

#include <gtest/gtest.h>

#include "config/units.hpp"
#include "http/server.hpp"

namespace pollux::config {
namespace {

using namespace std::chrono_literals;

TEST(Setting, ReadsIntegersInTheirRange) {
  std::uint16_t threads = 2;
  const auto value = setting::integer(&threads, 1, 256);
  EXPECT_EQ(value.default_text, "2");
  EXPECT_EQ(value.allowed, "an integer from 1 to 256");
  for (const char* wrong : {"0", "257", "-1", "1.0", "", " 1", "1x", "99999999999999999999"}) {
    EXPECT_FALSE(value.assign(wrong)) << wrong;
  }
  EXPECT_EQ(threads, 2) << "a rejected value changes nothing";
  EXPECT_TRUE(value.assign("256"));
  EXPECT_EQ(threads, 256);
}

TEST(Setting, ReadsDurationsInTheResolutionOfTheVariable) {
  std::chrono::milliseconds time = 30s;
  const auto value = setting::duration(&time, 10ms, 1h);
  EXPECT_EQ(value.default_text, "30s");
  EXPECT_FALSE(value.assign("10500us"));
  EXPECT_FALSE(value.assign("9ms"));
  EXPECT_FALSE(value.assign("2h"));
  EXPECT_FALSE(value.assign("30"));
  EXPECT_TRUE(value.assign("20000us"));
  EXPECT_EQ(time, 20ms);
}

TEST(Setting, ReadsAddresses) {
  http::Endpoint endpoint{"127.0.0.1", 8080};
  const auto value = setting::endpoint(&endpoint);
  EXPECT_EQ(value.default_text, "127.0.0.1:8080");
  EXPECT_FALSE(value.assign("localhost"));
  EXPECT_FALSE(value.assign("localhost:65536"));
  EXPECT_TRUE(value.assign("[::1]:81"));
  EXPECT_EQ(endpoint, (http::Endpoint{"::1", 81}));
}

TEST(Setting, ReadsBooleans) {
  bool on = false;
  const auto value = setting::boolean(&on);
  EXPECT_TRUE(value.assign("yes"));
  EXPECT_TRUE(on);
  EXPECT_TRUE(value.assign("0"));
  EXPECT_FALSE(on);
  EXPECT_FALSE(value.assign("maybe"));
}

TEST(Setting, ReadsOneOfSeveralWords) {
  enum class Durability { full, normal };
  Durability durability = Durability::normal;
  const auto value =
      setting::one_of(&durability, {{"full", Durability::full}, {"normal", Durability::normal}});
  EXPECT_EQ(value.default_text, "normal");
  EXPECT_FALSE(value.assign("Full"));
  EXPECT_TRUE(value.assign("full"));
  EXPECT_EQ(durability, Durability::full);
}

TEST(Setting, ReadsListsWithoutEmptyItems) {
  std::vector<std::string> origins;
  const auto value = setting::list(&origins, 2);
  EXPECT_TRUE(value.assign("https://a,https://b"));
  EXPECT_EQ(origins, (std::vector<std::string>{"https://a", "https://b"}));
  EXPECT_FALSE(value.assign("a,,b"));
  EXPECT_FALSE(value.assign("a,b,c"));
  EXPECT_FALSE(value.assign("a\nb"));
}

TEST(Setting, ReadsStringsAndPathsWithinBounds) {
  std::string question = "Cats or dogs?";
  EXPECT_FALSE(setting::string(&question, 5).assign("123456"));
  EXPECT_FALSE(setting::string(&question, 5).assign("1\n2"));
  EXPECT_TRUE(setting::string(&question, 5).assign("12345"));
  std::filesystem::path path;
  EXPECT_FALSE(setting::path(&path).assign(""));
  EXPECT_FALSE(setting::path(&path).assign(std::string_view("a\0b", 3)));
  EXPECT_TRUE(setting::path(&path).assign("data/pollux.db"));
  EXPECT_EQ(path, "data/pollux.db");
}

TEST(Setting, ReadsValuesOfAParser) {
  char letter = 'x';
  const auto parse = [](std::string_view text) -> Result<char> {
    if (text.size() != 1) return invalid("not one letter");
    return text[0];
  };
  const auto value = setting::parsed<char>(&letter, parse, "LETTER", "one letter", "x");
  EXPECT_FALSE(value.assign("ab"));
  EXPECT_TRUE(value.assign("y"));
  EXPECT_EQ(letter, 'y');
}

TEST(Units, ReadsDurationsWithAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("250us"), 250us);
  EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Units, RejectsInvalidDurations) {
  for (const char* text : {"", "5", "s", "-1s", "1.5s", "1 s", "1S", "1d", "5min", "99999999999h", "1s "}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, WritesDurationsThatItReads) {
  for (const char* text : {"0", "1us", "1500ms", "30s", "90s", "5m", "48h"}) {
    EXPECT_EQ(duration_text(parse_duration(text).value()), text);
  }
}

}  // namespace
}  // namespace pollux::config
