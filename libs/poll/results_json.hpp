// The results of a question as JSON, for the HTTP API:
//
//   {"kind":"single","voters":3,"options":[{"id":"a","label":"Tea","count":2,"share":0.6666666666666666},…]}
//   {"kind":"scale","voters":3,"skipped":1,"counts":[0,0,1,1,0],"mean":3.5,"median":3.5}
//   {"kind":"ranking","voters":2,"options":[{"id":"a","label":"Red","places":[2,0],"ranked":2,
//    "average_rank":1,"points":2},…],"runoff":{"winner":"a","rounds":[{"counts":[2,0],"exhausted":0,
//    "eliminated":null,"tied":[],"decided_by_round":null}]}}
//
// `multiple` has the form of `single`. Options of a run-off are named by their ids. Values that do not exist,
// such as the mean without votes, are null; so is the run-off if the counts lack some rankings.
#pragma once

#include <string>

#include "poll/question.hpp"

namespace pollux::poll {

// `results` are those of `question`.
std::string results_json(const Question& question, const QuestionResults& results);

}  // namespace pollux::poll
