#include "config/setting.hpp"

#include <gtest/gtest.h>

#include "http/server.hpp"

namespace pollux::config {
namespace {

using namespace std::chrono_literals;

TEST(Setting, ReadsWholeNumbersInTheirRange) {
  std::uint16_t threads = 2;
  const auto value = setting::whole_number(&threads, 1, 256);
  EXPECT_EQ(value.default_text, "2");
  EXPECT_EQ(value.allowed, "a whole number from 1 to 256");
  for (const char* wrong : {"0", "257", "-1", "1.0", "", " 1", "1x", "99999999999999999999"}) {
    EXPECT_FALSE(value.assign(wrong)) << wrong;
  }
  EXPECT_EQ(threads, 2) << "a refused value changes nothing";
  EXPECT_TRUE(value.assign("256"));
  EXPECT_EQ(threads, 256);
}

TEST(Setting, ReadsTimesNoFinerThanTheVariable) {
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

TEST(Setting, ReadsSizes) {
  std::size_t size = 65536;
  const auto value = setting::bytes(&size, 1024, 1 << 20);
  EXPECT_EQ(value.default_text, "64KiB");
  EXPECT_FALSE(value.assign("2MiB"));
  EXPECT_FALSE(value.assign("64 KiB"));
  EXPECT_TRUE(value.assign("1MiB"));
  EXPECT_EQ(size, 1U << 20);
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

TEST(Setting, ReadsTheUsualWordsForYesAndNo) {
  bool on = false;
  const auto value = setting::boolean(&on);
  EXPECT_TRUE(value.assign("yes"));
  EXPECT_TRUE(on);
  EXPECT_TRUE(value.assign("0"));
  EXPECT_FALSE(on);
  EXPECT_FALSE(value.assign("maybe"));
}

TEST(Setting, ReadsOneOfAFewWords) {
  enum class Durability { full, normal };
  Durability durability = Durability::normal;
  const auto value =
      setting::choice(&durability, {{"full", Durability::full}, {"normal", Durability::normal}});
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

TEST(Setting, ReadsTextAndPathsWithinBounds) {
  std::string question = "Cats or dogs?";
  EXPECT_FALSE(setting::text(&question, 5).assign("123456"));
  EXPECT_FALSE(setting::text(&question, 5).assign("1\n2"));
  EXPECT_TRUE(setting::text(&question, 5).assign("12345"));
  std::filesystem::path path;
  EXPECT_FALSE(setting::path(&path).assign(""));
  EXPECT_FALSE(setting::path(&path).assign(std::string_view("a\0b", 3)));
  EXPECT_TRUE(setting::path(&path).assign("data/pollux.db"));
  EXPECT_EQ(path, "data/pollux.db");
}

TEST(Setting, ReadsWhateverAFunctionParses) {
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

}  // namespace
}  // namespace pollux::config
