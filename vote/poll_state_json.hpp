// What open pages and programs learn about a poll: JSON without any numbers of votes.
#pragma once

#include <string>

#include "poll/managed_poll.hpp"
#include "vote/poll_pages.hpp"

namespace pollux::vote {

// {"poll":"ID OF THE RUN","run":3,"state":"open","revision":7,"results":"after_vote","results_visible":true}
// `results_visible`: for one who has voted. Equal polls have equal texts.
std::string state_json(const poll::ManagedPoll& poll);

// The answer to a vote: {"outcome":"accepted",…} with the first four members of state_json(). Outcomes are
// the names of VoteNotice.
std::string outcome_json(VoteNotice notice, const poll::ManagedPoll& poll);

}  // namespace pollux::vote
