// Who sees the results of a poll that someone made: what its ResultsPolicy means.
#pragma once

#include "poll/managed_poll.hpp"

namespace pollux::poll {

// Whether the results of the current run are shown to someone who has voted in it, or has not. Never while
// the poll is a draft, which has no votes; `after_vote` shows them to everyone once the poll is closed.
// A service that answers "no" to a client sends it no number.
bool shows_results(const ManagedPoll& poll, bool has_voted);

}  // namespace pollux::poll
