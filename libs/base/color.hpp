// Colors of the sRGB color space, and their contrast.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pollux {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  friend bool operator==(const Color&, const Color&) = default;
};

// "#1d4ed8": a number sign and six hexadecimal digits in any case. Nothing else of what CSS allows.
std::optional<Color> parse_color(std::string_view text);
// The same, in lower case.
std::string to_text(Color color);

// The contrast ratio of WCAG 2.2, 1 to 21, in any order. Text needs 4.5 (success criterion 1.4.3), controls
// and other graphics need 3 (1.4.11).
double contrast(Color one, Color other);

// `color` mixed with `other`: of the latter `share`, 0 to 1, in sRGB.
Color mixed(Color color, Color other, double share);

}  // namespace pollux
