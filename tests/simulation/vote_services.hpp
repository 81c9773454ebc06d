// Voters and the vote services that send their votes to Redis: the real commands and the real meaning of the
// replies, on connections that lose, delay and repeat.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "poll/vote.hpp"
#include "poll/vote_rejection.hpp"
#include "redis/protocol.hpp"
#include "simulation/breakage.hpp"
#include "simulation/world.hpp"

namespace pollux::simulation {

// The world outlives it; the votes that it has cast refer to it.
class VoteServices {
 public:
  VoteServices(World& world, Breakage breakage);

  // A voter sends a vote for a run of a poll, now.
  void cast(const poll::PollId& run, const poll::VoterId& voter, const poll::Selection& selection, bool once);

  // Entries that are no votes, or are of a format that no worker knows, as another program might leave them.
  void append_poison();
  void append_of_newer_format();
  std::size_t poison() const { return poison_; }

  std::size_t in_flight() const { return in_flight_; }  // votes that Redis has not executed yet

 private:
  // A request on its way, and what its voter knew when it began.
  struct Request {
    poll::Vote vote;
    std::string stream;
    poll::Version accepted_before;
    Time deadline;
    bool answered = false;
  };

  void send(const std::shared_ptr<Request>& request, milliseconds delay);
  void execute(const std::shared_ptr<Request>& request);
  void append_without_gate(const std::shared_ptr<Request>& request);
  void note_append(Request& request, const redis::Reply& reply);
  void answer(const std::shared_ptr<Request>& request, const redis::Reply& reply);
  void note_rejection(const poll::VoteRejection& rejection);
  milliseconds delay();

  World& world_;
  const Breakage breakage_;
  std::size_t poison_ = 0;
  std::size_t in_flight_ = 0;
};

// The streams over which voters are spread.
inline constexpr std::size_t shards = 2;

}  // namespace pollux::simulation
