// The part of the page of a poll in which its question is answered, as values of the template.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kainjow/mustache.hpp>

#include "poll/question.hpp"

namespace pollux::vote {

// Of the form's fields `vote`, in their order.
using FormValues = std::vector<std::string_view>;

// Sets the form for the question, in which `values` are entered. If votes can be changed and one answer is
// asked, each answer is a button: one tap is the vote. Else the form has a button of its own, so that a slip
// of the finger is not final. libs/web/README.md lists the names that are set.
void set_answers(kainjow::mustache::data& page, const poll::Question& question, bool can_change,
                 const FormValues& values);

// The voter's answer in words; empty if it has none (a skipped question, or none of the options). Each label
// of several is in the isolates of the Unicode Bidirectional Algorithm, U+2068 and U+2069.
std::string words_of(const poll::Question& question, const FormValues& values);

}  // namespace pollux::vote
