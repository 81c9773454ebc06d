#include "web/accent_style.hpp"

#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::web {
namespace {

using testing::HasSubstr;
using testing::Not;

struct BothColors {
  Color light;
  Color dark;
};

// As shared/tokens.css has it for light and for dark pages.
BothColors token(const std::string& name) {
  std::ostringstream css;
  css << std::ifstream(POLLUX_TOKENS_CSS).rdbuf();
  const std::string text = css.str();
  std::smatch found;
  const std::regex line("--" + name + ": var\\(--if-light, (#\\w{6})\\) var\\(--if-dark, (#\\w{6})\\);");
  EXPECT_TRUE(std::regex_search(text, found, line)) << name;
  return {.light = parse_color(found[1].str()).value(), .dark = parse_color(found[2].str()).value()};
}

Color color(const std::string& text) {
  return parse_color(text).value();
}

std::shared_ptr<http::TestAnswer> get(const std::string& path, const std::string& if_none_match = "") {
  http::Router router;
  add_accent_styles(router);
  http::TestRequest sent({{"If-None-Match", if_none_match}});
  sent.request.path = path;
  auto answer = std::make_shared<http::TestAnswer>();
  router(sent.request, http::Reply(answer));
  return answer;
}

TEST(AccentStyle, IsReadableForEveryColorOnLightAndDarkPages) {
  const BothColors ground = token("ground");
  const BothColors surface = token("surface");
  const BothColors on_hue = token("on-hue");
  constexpr int apart = 15;
  for (int red = 0; red <= 255; red += apart) {
    for (int green = 0; green <= 255; green += apart) {
      for (int blue = 0; blue <= 255; blue += apart) {
        const Color accent{.red = static_cast<std::uint8_t>(red),
                           .green = static_cast<std::uint8_t>(green),
                           .blue = static_cast<std::uint8_t>(blue)};
        const ShownAccent shown = shown_accent(accent);
        for (const Color other : {ground.light, surface.light, on_hue.light}) {
          ASSERT_GE(contrast(shown.light, other), 4.5) << to_text(accent) << " on " << to_text(other);
        }
        for (const Color other : {ground.dark, surface.dark, on_hue.dark}) {
          ASSERT_GE(contrast(shown.dark, other), 4.5) << to_text(accent) << " on " << to_text(other);
        }
      }
    }
  }
}

TEST(AccentStyle, KeepsAColorThatIsReadable) {
  const ShownAccent shown = shown_accent(color("#0b7267"));
  EXPECT_EQ(to_text(shown.light), "#0b7267");
  EXPECT_NE(to_text(shown.dark), "#0b7267");
  EXPECT_EQ(to_text(shown_accent(color("#ffd000")).dark), "#ffd000");
}

TEST(AccentStyle, ChangesAColorNoMoreThanNeeded) {
  const ShownAccent shown = shown_accent(color("#ff0000"));
  EXPECT_LT(contrast(shown.light, token("ground").light), 4.6);
  EXPECT_LT(contrast(shown_accent(color("#0000ff")).dark, token("surface").dark), 4.6);
}

TEST(AccentStyle, KeepsTheHuesOfOptionsApart) {
  EXPECT_THAT(accent_style(color("#0b7267")), HasSubstr("--hue-1:var(--accent);--hue-3:var(--blue)"));
  EXPECT_THAT(accent_style(color("#b02267")), HasSubstr("--hue-5:var(--blue)"));
  EXPECT_THAT(accent_style(color("#ff0000")), HasSubstr("--hue-2:var(--blue)")) << "before the circle's end";
  for (const char* const own : {"#1d4ed8", "#808080", "#000000", "#ffffff"}) {
    EXPECT_THAT(accent_style(color(own)), Not(HasSubstr("var(--blue)"))) << own;
  }
}

TEST(AccentStyle, IsServedByItsColor) {
  const auto style = get("/accent/1d4ed8.css");
  ASSERT_EQ(style->answer->status, 200U);
  EXPECT_EQ(style->header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(style->body(), accent_style(color("#1d4ed8")));
  const std::string etag = style->header("ETag");
  EXPECT_THAT(etag, testing::StartsWith("\""));
  EXPECT_EQ(get("/accent/1d4ed8.css", etag)->answer->status, 304U);
  EXPECT_NE(get("/accent/1d4ed9.css")->header("ETag"), etag);
}

TEST(AccentStyle, HasOneAddressForEachColor) {
  for (const char* const path :
       {"/accent/1D4ED8.css", "/accent/1d4ed8", "/accent/1d4e.css", "/accent/red.css", "/accent/.css",
        "/accent/1d4ed8.css/x", "/accent/1d4ed8;}body{}.css"}) {
    EXPECT_EQ(get(path)->answer->status, 404U) << path;
  }
}

}  // namespace
}  // namespace pollux::web
