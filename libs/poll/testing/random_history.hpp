// Random sequences of votes for property tests with RapidCheck.
#pragma once

#include <iosfwd>
#include <vector>

#include <rapidcheck/Gen.h>

#include "poll/vote.hpp"

namespace pollux::poll {

// Votes as a queue with at-least-once delivery may deliver them: repeated, reordered, in batches of any size.
// There are few voters, polls and selections, so that voters often change their vote.
struct RandomHistory {
  std::vector<QueuedVote> accepted;              // in the order of their versions
  std::vector<std::vector<QueuedVote>> batches;  // hold each accepted vote at least once
};

const std::vector<PollId>& history_polls();
rc::Gen<RandomHistory> random_histories();

// Printed for a counterexample.
void showValue(const QueuedVote& queued, std::ostream& out);
void showValue(const RandomHistory& history, std::ostream& out);

}  // namespace pollux::poll
