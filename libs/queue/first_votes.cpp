#include "queue/first_votes.hpp"

#include "poll/vote_gate.hpp"

namespace pollux::queue {

std::optional<poll::VoteRejection> FirstVotes::rejection_of(const poll::Vote& vote) const {
  const auto run = runs_.find(vote.poll.text());
  if (run == runs_.end()) return std::nullopt;
  const auto first = run->second.find(vote.voter);
  if (first == run->second.end() || first->second.selection == vote.selection) return std::nullopt;
  if (first->second.recorded) return poll::rejection_of_another_answer();
  return poll::VoteRejection{poll::RejectionReason::unavailable,
                             "Another vote of the voter is being recorded, and votes can't be changed."};
}

void FirstVotes::note_queued(const poll::Vote& vote, poll::Version version) {
  runs_[vote.poll.text()].try_emplace(vote.voter, First{vote.selection, version});
}

void FirstVotes::note_recorded(const poll::QueuedVote& queued) {
  const auto run = runs_.find(queued.vote.poll.text());
  if (run == runs_.end()) return;
  First& first =
      run->second.try_emplace(queued.vote.voter, First{queued.vote.selection, queued.version}).first->second;
  if (first.selection == queued.vote.selection) first.recorded = true;
}

void FirstVotes::note_released(const poll::QueuedVote& queued) {
  const auto run = runs_.find(queued.vote.poll.text());
  if (run == runs_.end()) return;
  const auto first = run->second.find(queued.vote.voter);
  if (first != run->second.end() && first->second.version == queued.version) run->second.erase(first);
}

void FirstVotes::forget(std::string_view run) {
  if (const auto found = runs_.find(run); found != runs_.end()) runs_.erase(found);
}

}  // namespace pollux::queue
