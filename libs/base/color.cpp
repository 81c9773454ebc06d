#include "base/color.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/encoding.hpp"

namespace pollux {
namespace {

// As WCAG 2.2 defines relative luminance.
double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Color color) {
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

std::uint8_t mixed_channel(std::uint8_t channel, std::uint8_t other, double share) {
  return static_cast<std::uint8_t>(std::lround(channel * (1 - share) + other * share));
}

}  // namespace

std::optional<Color> parse_color(std::string_view text) {
  std::array<std::uint8_t, 3> channels{};
  if (!text.starts_with('#') || !from_hex(text.substr(1), channels)) return std::nullopt;
  return Color{.red = channels[0], .green = channels[1], .blue = channels[2]};
}

std::string to_text(Color color) {
  return "#" + to_hex(std::array{color.red, color.green, color.blue});
}

double contrast(Color one, Color other) {
  const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
  return (lighter + 0.05) / (darker + 0.05);
}

Color mixed(Color color, Color other, double share) {
  return {.red = mixed_channel(color.red, other.red, share),
          .green = mixed_channel(color.green, other.green, share),
          .blue = mixed_channel(color.blue, other.blue, share)};
}

}  // namespace pollux
