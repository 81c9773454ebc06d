// How the pages of a poll look: with the color and the logo of those who ask, and light or dark.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/color.hpp"
#include "poll/logo.hpp"

namespace pollux::poll {

// Pages are light or dark as their reader prefers, or always one of them, as for a projector.
enum class ColorScheme { automatic, light, dark };

// "auto", "light" and "dark", in stored data, in the API and in pages.
std::string_view name_of(ColorScheme scheme);
std::optional<ColorScheme> parse_color_scheme(std::string_view name);

struct Theme {
  // As it was entered. Pages use the color nearest to it on which text can be read
  // (docs/adr/0064-a-theme-per-poll.md). None: the colors of the design.
  std::optional<Color> accent{};
  ColorScheme scheme = ColorScheme::automatic;
  std::optional<Logo> logo{};

  friend bool operator==(const Theme&, const Theme&) = default;
};

// Whether the colors are other than the design has them.
bool has_own_colors(const Theme& theme);

// {"accent":"#1d4ed8","scheme":"auto"}; the accent may be null. Without the logo, which has its own
// (logo.hpp). In stored data, in the API and in pages.
std::string to_json(const Theme& theme);

}  // namespace pollux::poll
