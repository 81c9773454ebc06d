// Both ends of the queue within one process, for the program that records what it accepts itself. The queue
// is not durable, so a vote is accepted only when it is acknowledged, after the store has committed it. Many
// votes share one commit.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "poll/ports.hpp"
#include "poll/vote_gate.hpp"
#include "queue/first_votes.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {

// For one consumer. Callbacks run on the consumer's thread; those of votes that are rejected at once run in
// enqueue(). Destroy it when neither end is in use any more; votes that were not recorded are then rejected.
class InProcessVoteQueue : public poll::VoteQueue, public poll::VoteConsumer, public poll::VoteGates {
 public:
  struct Options {
    // Votes that wait or are being recorded; beyond it votes are rejected as `full`.
    std::size_t capacity = 100'000;
  };

  // Versions come after `last`, the largest one that the store has recorded.
  InProcessVoteQueue(Options options, poll::Version last);
  ~InProcessVoteQueue() override;
  InProcessVoteQueue(const InProcessVoteQueue&) = delete;
  InProcessVoteQueue& operator=(const InProcessVoteQueue&) = delete;

  void enqueue(poll::Vote vote, AckCallback done) override;

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override;
  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override;

  // The gates of the polls, checked under the lock under which a vote gets its version. Gates do not block.
  // They are as many as the PollStore has polls.
  Result<std::vector<poll::VoteGate>> set_all(std::span<const poll::VoteGate> gates) override;
  Result<void> remove(const poll::PollId& poll) override;
  Result<std::vector<poll::PollId>> polls() override;

  // From now on votes are rejected as `unavailable`; those that wait are still delivered. Any thread; a
  // second call does nothing.
  void close();

  // Votes that wait or are being recorded: what `capacity` bounds. Any thread.
  std::size_t depth() const;
  // How long ago the oldest of them came; 0 if there is none. Any thread.
  std::chrono::milliseconds oldest_age(std::chrono::system_clock::time_point now) const;

 private:
  struct Waiting {
    poll::QueuedVote queued;
    AckCallback done;
  };
  struct InFlight {
    poll::Version version;
    AckCallback done;  // empty once it was called
  };

  std::optional<poll::VoteRejection> rejection_of(const poll::Vote& vote, const poll::GatedRun& gated) const;
  void forget_first_votes(const poll::VoteGate& gate);
  void take_waiting(std::chrono::milliseconds wait);
  void update_oldest_taken();
  void note_first_votes(std::span<const poll::QueuedVote> votes,
                        void (FirstVotes::*note)(const poll::QueuedVote&));
  template <class Outcome>
  void finish(std::span<const poll::QueuedVote> votes, const Outcome& outcome);

  const Options options_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable arrived_;
  VersionClock clock_;
  std::vector<Waiting> waiting_;
  std::size_t depth_ = 0;
  std::optional<poll::Version> oldest_taken_;  // by the consumer, and not acknowledged or released
  bool consumer_waits_ = false;
  bool closed_ = false;
  std::map<std::string, poll::VoteGate, std::less<>> gates_;  // by the text of the poll's id
  FirstVotes first_votes_;  // of the current runs of these polls, as far as they came since the start

  // The consumer's own. taken_ is swapped with waiting_, so that casters wait for one swap and not for each
  // vote.
  std::vector<Waiting> taken_;
  std::size_t delivered_ = 0;        // how many of taken_
  std::vector<InFlight> in_flight_;  // by version
};

}  // namespace pollux::queue
