// The texts of a poll as people see them: what can be seen, and which two look the same.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::poll {

// Checks a question or a label: 1 to `max_bytes` of plain text (UTF-8 without control characters) with
// something to see in it, and without characters that are not seen and change how others read: overrides and
// isolates of the direction of writing, zero-width spaces and the like. Joiners of zero width are allowed,
// since emoji and some languages need them. The error is a sentence that begins with `what`.
Result<void> check_poll_text(const std::string& what, const std::string& text, std::size_t max_bytes);

// The text without what does not tell two labels apart: letter case, compatibility forms, invisible
// characters (all by Unicode's NFKC_Casefold), space around it and the length of spaces within. `text` is
// UTF-8.
std::u32string comparable(std::string_view text);

}  // namespace pollux::poll
