// What viewers get of a poll that someone made, and what they do not. For its page, for
// GET /api/results/CODE and for the event `results`:
//
//   {"poll":"019aa0f2…","code":"K7MXQ4","state":"open","run":1,"revision":3,
//    "question":{"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]},
//    "policy":"live","opens_at":null,"closes_at":1795780800,"voters":3,"version":7,
//    "results":{"kind":"single","voters":3,"options":[{"id":"a","label":"Tea","count":2,"share":0.67},…]}}
//
// `question` is as in poll/question_json.hpp, `results` as in poll/results_json.hpp; the options are a, b, c
// … in the order of the question. Times are Unix times in seconds. A poll that does not look as the design
// has it also has `theme` (poll/theme.hpp), one with a logo `logo` (poll/logo.hpp).
//
// Numbers that viewers must not see are not in it: `results` and `version` are null unless the policy of the
// poll shows results (poll/results_visibility.hpp), to someone who has not voted, because the reader of a
// result page is not known. `has_voted` is for those with a pass (poll/results_pass.hpp). `voters`, how many
// have voted, is null if the policy is `hidden`, and for a draft. All three are null while the tally is not
// known. The question of a draft is null: it may be a surprise. This is the only place that makes numbers of
// a tally for viewers of such polls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"

namespace pollux::result {

// A poll and its tally at one moment.
struct ResultsNow {
  poll::PollId id;                           // of the poll
  poll::PollDirectory::Poll poll;            // null: it was withdrawn
  std::shared_ptr<const poll::Tally> tally;  // of the poll's run; null: not read yet
};

// Whether viewers may see the results.
bool are_shown(const poll::ManagedPoll& poll, bool has_voted = false);

// Whether someone who has voted sees more than others.
bool has_results_for_voters(const ResultsNow& now);

// False while the tally is still needed for what viewers may see.
bool is_complete(const ResultsNow& now);

// While a tally that viewers may see is not read, they keep what they have; what hides results is sent at
// once.
bool can_be_sent(const ResultsNow& now);

// What viewers may see of the tally; nothing while it is not read.
struct ShownResults {
  std::optional<std::uint64_t> voters;
  std::optional<std::uint64_t> version;
  std::optional<poll::QuestionResults> results;
};
ShownResults shown_results(const ResultsNow& now, bool has_voted = false);

// A poll that was withdrawn is {"poll":"019aa0f2…","state":"removed"}.
std::string public_results_json(const ResultsNow& now, bool has_voted = false);

}  // namespace pollux::result
