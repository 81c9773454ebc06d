#include "web/accent_style.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "http/negotiation.hpp"
#include "http/response.hpp"

namespace pollux::web {
namespace {

constexpr double text_contrast = 4.5;

// Of shared/tokens.css (a test compares them): the page's colors on which an accent has the least contrast,
// the darker one of light pages and the lighter one of dark pages. Text on an accent has the color --on-hue,
// which is lighter and darker than these.
constexpr Color light_ground{.red = 0xf6, .green = 0xf4, .blue = 0xef};
constexpr Color dark_surface{.red = 0x1d, .green = 0x1d, .blue = 0x22};

constexpr Color black{.red = 0, .green = 0, .blue = 0};
constexpr Color white{.red = 255, .green = 255, .blue = 255};

// With as little of `towards` as gives enough contrast; `towards` alone has enough.
Color readable(Color color, Color background, Color towards) {
  constexpr int steps = 128;
  for (int step = 0; step < steps; ++step) {
    const Color mix = mixed(color, towards, static_cast<double>(step) / steps);
    if (contrast(mix, background) >= text_contrast) return mix;
  }
  return towards;
}

// The angle on the color wheel, 0 to 360; nothing for a gray.
std::optional<double> hue_of(Color color) {
  const double red = color.red;
  const double green = color.green;
  const double blue = color.blue;
  const double most = std::max({red, green, blue});
  const double range = most - std::min({red, green, blue});
  constexpr double least_range = 24;  // below it the eye sees no hue
  if (range < least_range) return std::nullopt;
  if (most == red) return std::fmod((green - blue) / range * 60 + 360, 360);
  if (most == green) return (blue - red) / range * 60 + 120;
  return (red - green) / range * 60 + 240;
}

// The angles of --hue-1 to --hue-6 in shared/tokens.css.
constexpr std::array<double, 6> hues{224, 18, 174, 267, 331, 83};

double distance(double one, double other) {
  const double apart = std::abs(one - other);
  return std::min(apart, 360 - apart);
}

// Of the hue of the options that is nearest to the accent, from 1.
std::size_t nearest_hue(double angle) {
  const auto nearer = [angle](double one, double other) {
    return distance(one, angle) < distance(other, angle);
  };
  return static_cast<std::size_t>(std::ranges::min_element(hues, nearer) - hues.begin()) + 1;
}

// Along the upper edge of the page. It takes no space, so that nothing moves when it appears.
constexpr const char* band =
    "body::before{content:\"\";position:fixed;inset:0 0 auto;z-index:2;height:max(5px,.35rem);"
    "background:var(--accent)}\n";

std::optional<Color> color_of_name(std::string_view name) {
  constexpr std::string_view extension = ".css";
  if (!name.ends_with(extension)) return std::nullopt;
  name.remove_suffix(extension.size());
  const std::string text = "#" + std::string(name);
  const auto color = parse_color(text);
  if (!color || to_text(*color) != text) return std::nullopt;  // one address for each color
  return color;
}

void answer(const http::Request& request, const http::Reply& reply, std::string_view name) {
  const auto color = color_of_name(name);
  if (!color) return reply(http::text(404, "This style sheet does not exist."));
  std::string style = accent_style(*color);
  const std::string etag = http::entity_tag_of(style);
  http::Response response{.status = 304};
  if (!http::is_not_modified(request, etag)) {
    response = {.status = 200, .body = std::move(style)};
    response.set("Content-Type", "text/css; charset=utf-8");
  }
  response.set("ETag", etag);
  // Not for longer: another version of the program may have another design.
  response.set("Cache-Control", "public, max-age=3600");
  reply(std::move(response));
}

}  // namespace

ShownAccent shown_accent(Color accent) {
  return {.light = readable(accent, light_ground, black), .dark = readable(accent, dark_surface, white)};
}

std::string accent_style(Color accent) {
  const ShownAccent shown = shown_accent(accent);
  std::string css = ":root{--accent:var(--if-light," + to_text(shown.light) + ") var(--if-dark," +
                    to_text(shown.dark) +
                    ");--on-accent:var(--on-hue);--accent-line:var(--accent);--hue-1:var(--accent)";
  // The option that had a similar hue gets that of the first one, so that all of them stay different.
  const auto hue = hue_of(accent);
  const std::size_t replaced = hue ? nearest_hue(*hue) : 1;
  if (replaced != 1) css += ";--hue-" + std::to_string(replaced) + ":var(--blue)";
  return css + "}\n" + band;
}

void add_accent_styles(http::Router& router) {
  router.on_each(
      http::Method::get, "/accent/*",
      [](const auto& request, const auto& reply, const auto& parts) { answer(request, reply, parts[0]); });
}

}  // namespace pollux::web
