// The texts of a poll as people read them: which texts are allowed, which two look the same, and which are a
// correction of each other. All texts are UTF-8.
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

enum class Likeness {
  same,       // except for case, spaces and punctuation
  corrected,  // one letter of one word differs
  other       // the meaning may differ
};

// Decides whether votes for `recorded` may count for `now`, so in doubt it says `other`.
//
// Same: differences in case, compatibility forms, spaces and punctuation are ignored. Punctuation before a
// digit ("1.5", "-5") and signs that are part of names ("C#", "R&D") are not.
//
// Corrected: one word differs by one edit (insert, delete, replace, or swap of neighbors). Both words
// consist of letters of a script with upper and lower case, at least 4 and one of them at least 5, and begin
// with the same letter. An apostrophe between letters is a letter, so "can't" is no correction of "can".
Likeness compare_texts(std::string_view recorded, std::string_view now);

}  // namespace pollux::poll
