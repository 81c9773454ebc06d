// What each voter selected first, in runs whose votes can't be changed: for the queue within one process. It
// is not durable; the recorder keeps the first votes in any case.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "poll/vote.hpp"
#include "poll/vote_rejection.hpp"

namespace pollux::queue {

// For votes that are `once`. An entry per voter, about 200 bytes, until the run is forgotten. One thread at a
// time.
class FirstVotes {
 public:
  // Why the vote is rejected, none if it may be queued: it is the voter's first, or the same again.
  // `unavailable` if another vote is not recorded yet.
  std::optional<poll::VoteRejection> rejection_of(const poll::Vote& vote) const;

  void note_queued(const poll::Vote& vote, poll::Version version);
  void note_recorded(const poll::QueuedVote& queued);
  void note_released(const poll::QueuedVote& queued);  // it does not count, so the voter is free again
  void forget(std::string_view run);

 private:
  struct First {
    poll::Selection selection;
    poll::Version version;
    bool recorded = false;
  };
  using Voters = std::unordered_map<poll::VoterId, First>;

  std::map<std::string, Voters, std::less<>> runs_;  // by the text of the run's id
};

}  // namespace pollux::queue
