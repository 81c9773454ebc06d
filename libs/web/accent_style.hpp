// The style sheet of a poll's accent color. Its address has the color, so it needs no poll and no state:
// "/accent/1d4ed8.css" is linked by pages of any service, after their own style sheet.
#pragma once

#include <string>

#include "base/color.hpp"
#include "http/router.hpp"

namespace pollux::web {

// The color nearest to `accent` for pages that are light and for those that are dark: darkened or lightened
// until text in this color on the page, and text of the page's background on this color, have a contrast of
// at least 4.5.
struct ShownAccent {
  Color light;
  Color dark;
};
ShownAccent shown_accent(Color accent);

// CSS that sets the variables of shared/tokens.css, and draws the band at the upper edge.
std::string accent_style(Color accent);

// Adds GET /accent/*. Other names than six hexadecimal digits in lower case and ".css" are not found.
void add_accent_styles(http::Router& router);

}  // namespace pollux::web
