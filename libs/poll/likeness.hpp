// Whether a text of a poll was only corrected, so that the votes for the recorded one count for it. All texts
// are UTF-8.
#pragma once

#include <string_view>

namespace pollux::poll {

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
