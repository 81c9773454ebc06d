// The texts of a poll as people read them: which texts are allowed, and which two look the same. All texts
// are UTF-8. Which one is a correction of another: likeness.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::poll {

// Checks a question or label: 1 to `max_bytes` of plain text with something visible in it, and without
// invisible characters that change how others read (direction overrides and isolates, zero-width spaces and
// the like). Zero-width joiners are allowed; emoji and some languages need them. The message begins with
// `what`.
Result<void> check_poll_text(const std::string& what, const std::string& text, std::size_t max_bytes);

// The text without differences that readers do not see: letter case, compatibility forms and invisible
// characters (Unicode NFKC_Casefold), surrounding spaces, the length of spaces within.
std::u32string comparable(std::string_view text);

}  // namespace pollux::poll
