// The results of a question for spreadsheets (csv.hpp):
//
//   option,label,votes,share,voters,question                                              single and multiple
//   value,label,votes,voters,question                                 scale; "skipped" is the last value
//   option,label,points,ranked,average_rank,place_1,place_2 …,voters,question             ranking
//
// Each line has the number of voters and the question, so that lines of several polls can be put together.
#pragma once

#include <string>

#include "poll/question.hpp"

namespace pollux::admin {

// With a header line. `results` are those of `question`.
std::string results_csv(const poll::Question& question, const poll::QuestionResults& results);

}  // namespace pollux::admin
