// What happened in a history as an observer sees it who knows all: each vote that the queue took, each
// answer, and what the faults that forget may lawfully have lost. Finds what must never happen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "poll/vote.hpp"

namespace pollux::simulation {

class Database;

class History {
 public:
  // A vote that Redis has appended to its stream.
  struct Appended {
    std::uint64_t order = 0;  // RedisModel::executed()
    poll::QueuedVote vote;
    // A fail-over has forgotten it: in Redis before it was recorded, or in the database after that. It may
    // still be counted, because a worker may have it.
    bool may_be_lost = false;
  };

  void appended(std::uint64_t order, poll::QueuedVote vote);
  // A vote was accepted; the voter's votes that begin later come after it.
  void accepted(const poll::QueuedVote& vote);
  // The voter begins to send a vote: what was accepted before must be older. Returns the version to exceed.
  poll::Version begin_vote(const poll::Vote& vote) const;
  void check_order(const poll::QueuedVote& vote, poll::Version accepted_before);

  // Someone was answered that the run takes no more votes / is about to open it.
  void close_answered(const poll::PollId& run);
  void opening(const poll::PollId& run);
  bool is_closed(const poll::PollId& run) const { return closed_.contains(run); }

  // Redis has forgotten what was executed after `replicated`, and possibly gates: closes count again once the
  // gates were reconciled.
  std::size_t redis_forgot(std::uint64_t replicated, const Database& database);
  bool gates_are_lost() const { return gates_are_lost_; }
  void gates_reconciled() { gates_are_lost_ = false; }
  bool redis_has_forgotten() const { return redis_has_forgotten_; }
  // The database has forgotten the commits of these votes.
  void database_forgot(const std::vector<poll::QueuedVote>& votes, const Database& database);

  void violated(std::string what);
  const std::optional<std::string>& violation() const { return violation_; }  // the first

  const std::vector<Appended>& votes() const { return votes_; }
  bool has_losses() const;
  bool database_has_forgotten() const { return database_has_forgotten_; }

 private:
  using Voter = std::pair<poll::PollId, poll::VoterId>;

  std::vector<Appended> votes_;
  std::map<Voter, poll::Version> accepted_;
  std::set<poll::PollId> closed_;
  bool gates_are_lost_ = false;
  bool redis_has_forgotten_ = false;
  bool database_has_forgotten_ = false;
  std::optional<std::string> violation_;
};

}  // namespace pollux::simulation
