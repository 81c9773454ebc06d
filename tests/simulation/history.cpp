#include "simulation/history.hpp"

#include <algorithm>
#include <utility>

#include "queue/versions.hpp"
#include "simulation/database.hpp"

namespace pollux::simulation {

void History::appended(std::uint64_t order, poll::QueuedVote vote) {
  if (closed_.contains(vote.vote.poll)) {
    violated("The vote " + queue::entry_id_text(vote.version) + " for " + vote.vote.poll.text() +
             " was accepted after the close was answered.");
  }
  votes_.push_back({.order = order, .vote = std::move(vote)});
}

void History::accepted(const poll::QueuedVote& vote) {
  poll::Version& newest = accepted_[{vote.vote.poll, vote.vote.voter}];
  newest = std::max(newest, vote.version);
}

poll::Version History::begin_vote(const poll::Vote& vote) const {
  const auto known = accepted_.find({vote.poll, vote.voter});
  return known == accepted_.end() ? poll::Version{} : known->second;
}

void History::check_order(const poll::QueuedVote& vote, poll::Version accepted_before) {
  if (vote.version > accepted_before) return;
  violated("The vote " + queue::entry_id_text(vote.version) + " was sent after " +
           queue::entry_id_text(accepted_before) + " of the same voter was accepted.");
}

void History::close_answered(const poll::PollId& run) {
  if (!gates_are_lost_) closed_.insert(run);
}

void History::opening(const poll::PollId& run) {
  closed_.erase(run);
}

std::size_t History::redis_forgot(std::uint64_t replicated, const Database& database) {
  closed_.clear();
  gates_are_lost_ = true;
  redis_has_forgotten_ = true;
  std::size_t forgotten = 0;
  for (Appended& each : votes_) {
    if (each.order <= replicated) continue;
    ++forgotten;
    if (!database.has_committed(each.vote)) each.may_be_lost = true;
  }
  return forgotten;
}

void History::database_forgot(const std::vector<poll::QueuedVote>& votes, const Database& database) {
  database_has_forgotten_ = database_has_forgotten_ || !votes.empty();
  for (Appended& each : votes_) {
    const bool forgotten = std::ranges::find(votes, each.vote) != votes.end();
    if (forgotten && !database.has_committed(each.vote)) each.may_be_lost = true;
  }
}

bool History::has_losses() const {
  return std::ranges::any_of(votes_, &Appended::may_be_lost);
}

void History::violated(std::string what) {
  if (!violation_) violation_ = std::move(what);
}

}  // namespace pollux::simulation
