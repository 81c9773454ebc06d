// The polls of a history: that of the settings, whose votes are always taken, and two that people open and
// close. In the second of them voters cannot change their votes.
#pragma once

#include <string>
#include <vector>

#include "poll/managed_poll.hpp"

namespace pollux::simulation {

poll::PollId poll_of_settings();
const std::vector<poll::PollId>& managed_polls();
bool is_once(const poll::PollId& poll);
poll::PollContent content_of(const poll::PollId& poll);

// In any state, for the form of commands about polls.
poll::ManagedPoll example_poll();

// A time for the store of polls, in which no order depends on time.
poll::PollTime poll_time();

}  // namespace pollux::simulation
