// Questions as JSON, as they are stored and sent:
//
//   {"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]}
//   {"kind":"multiple","text":"Which days?","options":["Monday","Tuesday"],"min":1,"max":2}
//   {"kind":"scale","text":"How was it?","size":5,"low":"Poor","high":"Great","skippable":true}
//   {"kind":"ranking","text":"In which order?","options":["Red","Blue"],"min":1}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "poll/question.hpp"

namespace pollux::poll {

// More than any question needs.
inline constexpr std::size_t max_question_json_bytes = 16'384;

// Canonical: equal questions give equal texts, with the members in the order above and all of them present.
std::string to_json(const Question& question);

// Members may come in any order. Those with numbers, labels of a scale and `skippable` may be missing: min is
// 1, max the number of options, size 5, the labels are empty, and the scale can't be skipped. An unknown
// member is `invalid`, because it might be a misspelled one; so is all that Question::create() rejects. The
// message is for the person who wrote the text.
Result<Question> parse_question_json(std::string_view text);

}  // namespace pollux::poll
