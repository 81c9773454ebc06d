// The ports of the core. A vote passes VoteQueue, VoteConsumer and VoteRecorder; the tally that it changes
// reaches the viewers through TallyPublisher, TallyReader and TallyFeed. Each contract has a conformance
// suite in tests/conformance.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "poll/vote.hpp"
#include "poll/vote_rejection.hpp"
#include "poll/vote_times.hpp"
#include "tracing/span_context.hpp"

namespace pollux::poll {

// The end of the queue that accepts votes.
class VoteQueue {
 public:
  // The version of the vote if it was accepted, else the reason: `full` past the bound of the queue,
  // `unavailable` if the queue has no durable place for the vote, others by the gate of its poll. If the vote
  // is `once`, `already_voted` for another answer than the voter's first one, as far as the queue remembers.
  using AckCallback = std::function<void(VoteResult)>;

  virtual ~VoteQueue() = default;

  // Calls `done` exactly once, on any thread, possibly before this returns and at the latest when the queue
  // is destroyed (`unavailable`). `done` must neither block nor throw. *Accepted* means that the vote will be
  // counted, even if any of our processes is killed. A vote that a gate rejected is not counted; after `full`
  // and `unavailable` it may have been queued all the same. It may be sent again: a voter counts once.
  // If a vote is enqueued after another was accepted, its version is larger. Never blocks. Any thread.
  virtual void enqueue(Vote vote, AckCallback done) = 0;
};

// The end of the queue that delivers votes, each at least once. A delivered vote belongs to the consumer
// until it is acknowledged or released. One thread per consumer.
class VoteConsumer {
 public:
  virtual ~VoteConsumer() = default;

  // Waits for a vote, for `wait` at most, and returns up to `max` (at least 1) votes in queue order; an empty
  // batch is not an error. After the queue is closed, returns what is left and then, at once, empty batches.
  virtual Result<std::vector<QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) = 0;

  // The votes are durably recorded and will not be delivered again. They were delivered to this consumer;
  // votes that it acknowledged or released before are ignored. Any part of a batch, in any order.
  virtual Result<void> acknowledge(std::span<const QueuedVote> recorded) = 0;

  // The votes could not be recorded, for `reason`. A durable queue delivers them again; any other rejects
  // them to their voters.
  virtual void release(std::span<const QueuedVote> unrecorded, const Error& reason) = 0;
};

// Records votes and keeps the tallies in step with them. One thread at a time. After an `unavailable` error
// (full disk, database down) the same call may succeed later; an `internal` error needs an operator.
class VoteRecorder {
 public:
  virtual ~VoteRecorder() = default;

  // Records a batch in one transaction: all of it or, after an error, nothing. Keeps one row per voter and
  // poll, that of the largest version; older and known versions change nothing, so a batch may be repeated,
  // reordered, and hold several votes of a voter. The version is stored even if the selection stays the same:
  // otherwise an older vote, delivered later, would win. A vote that is `once` replaces a newer vote and no
  // older one, so of those the smallest version is kept. The tallies change in the same transaction. On
  // success the batch is on disk. Returns the polls whose counts changed, once each. A version of 2^63 or
  // more is `invalid`.
  virtual Result<std::vector<PollId>> record(std::span<const QueuedVote> batch) = 0;

  // Whether record() would succeed now: takes the same steps without a vote.
  virtual Result<void> probe() = 0;
};

// Reads tallies. One thread at a time; it may be another one than that of the recorder.
class TallyReader {
 public:
  // More keys have votes only if voters rank many options: of 8 options there are 109,600 rankings.
  static constexpr std::int64_t max_keys = 1'000;
  static constexpr std::int64_t top_keys = 150;
  static constexpr std::int64_t max_full_keys = 200'000;

  virtual ~TallyReader() = default;

  // The tally after the last recorded batch, never after a part of one; version 0 and no counts if the poll
  // has no votes. `internal` if the stored tally is damaged. If more than max_keys have votes, top_keys of
  // them: those that are not rankings first, then those with the most votes; Tally::omitted_keys is the
  // number of the others.
  virtual Result<Tally> tally(const PollId& poll) = 0;

  // The tallies of several polls, each poll once, in their order and each as tally() returns it: a damaged
  // one does not affect the others. A store behind a network reads all of them in one round trip.
  virtual std::vector<Result<Tally>> tallies(std::span<const PollId> polls) {
    std::vector<Result<Tally>> all;
    all.reserve(polls.size());
    for (const PollId& poll : polls) all.push_back(tally(poll));
    return all;
  }

  // As tally(), with all keys, for an instant run-off. With many keys it takes a few tenths of a second.
  // `full` if there are more than max_full_keys.
  virtual Result<Tally> full_tally(const PollId& poll) = 0;
};

inline Error too_many_keys(const PollId& poll) {
  return full("The votes of the poll " + poll.text() + " differ in more than " +
              std::to_string(TallyReader::max_full_keys) + " ways, too many to read all of them.");
}

// A poll whose tally has changed in the store.
struct ChangedPoll {
  PollId poll;
  VoteTimes times{};  // when the votes of the change were queued; empty if it is not known or of no interest
  tracing::SpanContext trace{};  // of the step that recorded it

  friend bool operator==(const ChangedPoll&, const ChangedPoll&) = default;
};

// Publishes changed tallies to the followers of a TallyFeed.
class TallyPublisher {
 public:
  virtual ~TallyPublisher() = default;

  // The tallies of these polls have changed in the store. The votes are recorded whether this succeeds or
  // not; after an error the viewers may see them later. One thread at a time.
  virtual Result<void> publish(std::span<const ChangedPoll> polls) = 0;
};

// Delivers changed tallies to followers.
class TallyFeed {
 public:
  // `times`: when votes were queued that this tally is the first to include, as far as the feed knows.
  using Listener = std::function<void(const Tally& tally, const VoteTimes& times)>;

  // Ends with its destruction, which waits for a running call of the listener; afterwards the listener is not
  // called. So it must not be destroyed in the listener, nor under a lock that the listener takes. Must not
  // outlive the feed.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  virtual ~TallyFeed() = default;

  // Calls `listener` with the current tally at once if it is known, else once it has been read, also if there
  // are no votes, and then with newer ones: versions strictly grow, some may be skipped, the newest always
  // arrives. If the times of votes become known after
  // the tally that includes them was delivered, the last tally comes again with them. Calls do not overlap.
  // They come on the subscriber's thread or one of the feed's, so the listener must not block, throw, or use
  // the feed. Any thread.
  virtual std::unique_ptr<Subscription> subscribe(const PollId& poll, Listener listener) = 0;
};

}  // namespace pollux::poll
