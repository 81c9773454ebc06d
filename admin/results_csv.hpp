// The results of a question for spreadsheets: CSV (RFC 4180) in UTF-8.
//
//   option,label,votes,share                                            single and multiple
//   value,label,votes                                                   scale; "skipped" is the last value
//   option,label,points,ranked,average_rank,place_1,place_2 …           ranking
#pragma once

#include <string>
#include <string_view>

#include "poll/question.hpp"

namespace pollux::admin {

// With a header line; each line ends with CR LF. `results` are those of `question`.
std::string results_csv(const poll::Question& question, const poll::QuestionResults& results);

// A text as a field. It is quoted where RFC 4180 demands it. One that a spreadsheet would take for a formula
// begins with an apostrophe: options come from other people
// (https://owasp.org/www-community/attacks/CSV_Injection).
std::string csv_field(std::string_view text);

}  // namespace pollux::admin
