// Someone opens, closes and resets polls, by the service that has their store: each change is committed,
// announced and then answered, and from time to time Redis is compared with the store. The gates, the
// publisher and the announcer are the real ones.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "directory/redis_poll_publisher.hpp"
#include "poll/poll_announcer.hpp"
#include "queue/redis_vote_gates.hpp"
#include "simulation/breakage.hpp"
#include "simulation/process.hpp"
#include "simulation/viewers.hpp"
#include "simulation/vote_services.hpp"

namespace pollux::simulation {

// All arguments outlive it; its steps refer to it.
class Administrator {
 public:
  Administrator(World& world, Viewers& viewers, const VoteServices& services, Breakage breakage);

  void prepare();  // makes the polls and opens them, before the faults begin
  void act();      // changes a poll, as its state allows

  // The run that a page of the poll votes for: usually the current one.
  poll::PollId run_on_a_page(const poll::PollId& poll);

 private:
  struct Memory {
    Memory(Process& process, Breakage breakage, poll::PollAnnouncer::Options options);

    queue::RedisVoteGates gates;
    std::unique_ptr<poll::VoteGates> broken_gates;  // null: they are not broken
    directory::RedisPollPublisher publisher;
    poll::PollAnnouncer announcer;
  };

  void start();
  void reconcile();
  void change(const poll::ManagedPoll& poll, poll::PollAction action);
  void answer(const poll::ManagedPoll& changed);
  void note_closed(const poll::ManagedPoll& poll);
  void note_recovered(const poll::ManagedPoll& poll);
  poll::ManagedPoll read(const poll::PollId& id);
  poll::PollAction choose(poll::PollState state);

  World& world_;
  Viewers& viewers_;
  const VoteServices& services_;
  const Breakage breakage_;
  Process process_;
  std::optional<Memory> memory_;
  std::map<poll::PollId, poll::ManagedPoll> polls_;  // as they were read last
};

}  // namespace pollux::simulation
