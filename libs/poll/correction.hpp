// Whether a text of a poll is the same one, or the same with a slip of the keyboard mended. Votes stay with a
// correction, so whatever might mean something else is none.
#pragma once

#include <string_view>

namespace pollux::poll {

enum class Likeness {
  same,       // but for case, spaces and punctuation
  corrected,  // one letter of one word differs
  other       // it may mean something else
};

// Texts are the same if they differ in case, compatibility forms, spaces and punctuation at most; punctuation
// before a digit ("1.5", "-5") and signs that are part of a name ("C#", "R&D") count. A correction changes
// one word by one edit: a letter more, fewer or another, or two neighbours swapped. Both words consist of
// letters alone, of a script with upper and lower case, have at least 4 of them, one at least 5, and begin
// with the same. An apostrophe between letters is one of them, so that "can't" is no spelling of "can". The
// texts are UTF-8.
Likeness compare_texts(std::string_view recorded, std::string_view now);

}  // namespace pollux::poll
