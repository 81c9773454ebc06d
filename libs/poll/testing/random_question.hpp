// Random questions and answers for property tests with RapidCheck.
#pragma once

#include <string>
#include <vector>

#include <rapidcheck/Gen.h>

#include "poll/question.hpp"

namespace pollux::poll {

// Of every kind, with texts that need escapes, and bounds of every size.
rc::Gen<Question> random_questions();

// What voters may send: values of the fields `vote`, in any order that the kind allows.
using SubmittedValues = std::vector<std::string>;
rc::Gen<std::vector<SubmittedValues>> random_answers(const Question& question);

Result<Selection> parse(const Question& question, const SubmittedValues& values);

}  // namespace pollux::poll
