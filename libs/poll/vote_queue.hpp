// The port between casting and recording: the two ends of a queue of votes. tests/conformance states what
// every implementation holds.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

// The end that accepts votes.
class VoteQueue {
 public:
  // The vote's place in the queue once it is accepted, or why it was not: `full` past the queue's bound,
  // `unavailable` where it has no durable place for the vote.
  using AckCallback = std::function<void(Result<Version>)>;

  virtual ~VoteQueue() = default;

  // Calls `done` exactly once, on any thread, possibly before this returns and at the latest when the queue
  // is destroyed (`unavailable`); `done` must neither block nor throw. *Accepted* means that the vote will be
  // counted, whatever process of ours is killed afterwards. A vote that was refused may be sent again:
  // counting is by voter, so a repetition never counts twice. Two votes of which the second is enqueued after
  // the first was accepted have versions in that order. Never blocks. Any thread.
  virtual void enqueue(Vote vote, AckCallback done) = 0;
};

// The end that delivers them, at least once each. Delivered votes stay the consumer's until it acknowledges
// or releases them. One thread for each consumer.
class VoteConsumer {
 public:
  virtual ~VoteConsumer() = default;

  // Waits until there is a vote, `wait` is over or the queue is closed, and delivers up to `max` votes in
  // queue order; none is not an error. `max` is at least 1. A closed queue delivers what it must not keep and
  // then, at once, nothing more, so that a consumer can go on until nothing comes.
  virtual Result<std::vector<QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) = 0;

  // The votes are recorded durably: they are never delivered again. They were delivered to this consumer;
  // those that it has acknowledged or released before are passed over. Any part of a batch, in any order.
  virtual Result<void> acknowledge(std::span<const QueuedVote> recorded) = 0;

  // The votes could not be recorded, for the reason given. A queue that holds them durably delivers them
  // again; one that does not rejects them to those who cast them.
  virtual void release(std::span<const QueuedVote> unrecorded, const Error& reason) = 0;
};

}  // namespace pollux::poll
