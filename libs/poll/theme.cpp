#include "poll/theme.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/json_object.hpp"

namespace pollux::poll {
namespace {

constexpr std::array<std::string_view, 3> scheme_names{"auto", "light", "dark"};

}  // namespace

std::string_view name_of(ColorScheme scheme) {
  return scheme_names.at(static_cast<std::size_t>(scheme));
}

std::optional<ColorScheme> parse_color_scheme(std::string_view name) {
  const auto found = std::ranges::find(scheme_names, name);
  if (found == scheme_names.end()) return std::nullopt;
  return static_cast<ColorScheme>(found - scheme_names.begin());
}

bool has_own_colors(const Theme& theme) {
  return theme.accent || theme.scheme != ColorScheme::automatic;
}

std::string to_json(const Theme& theme) {
  JsonObject object;
  if (theme.accent) {
    object.text("accent", to_text(*theme.accent));
  } else {
    object.null("accent");
  }
  return object.text("scheme", name_of(theme.scheme)).take();
}

}  // namespace pollux::poll
