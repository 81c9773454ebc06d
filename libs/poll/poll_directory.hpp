// The read side of the polls that people make: what the services that face voters and viewers know of them,
// without the database. A PollStore (poll_store.hpp) decides, and what it decided is published here.
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::poll {

// Each poll is shown as it was published last. It may be older than what the store has: whether a vote is
// accepted is decided where it gets its place in the queue (docs/adr/0046-polls-that-people-make.md).
class PollDirectory {
 public:
  using Poll = std::shared_ptr<const ManagedPoll>;

  // Null if the poll was withdrawn.
  using Listener = std::function<void(const Poll& poll)>;

  // As TallyFeed::Subscription: ends with its destruction, which waits for a running call of the listener; so
  // it must not be destroyed in the listener, nor under a lock that the listener takes. Must not outlive the
  // directory.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  virtual ~PollDirectory() = default;

  // Null: there is no such poll, or it is not known yet. Reads memory only. Any thread.
  virtual Poll find(const PollId& id) const = 0;
  virtual Poll find(const PollCode& code) const = 0;

  // Calls `listener` with the poll at once if it is known, and then with newer ones: revisions strictly grow,
  // some may be skipped, the newest always arrives. A withdrawal is the last call. Calls do not overlap. They
  // come on the caller's thread or one of the publishers', so the listener must not block, throw, or use the
  // directory. Any thread.
  virtual std::unique_ptr<Subscription> follow(const PollId& id, Listener listener) = 0;
};

// Publishes what a PollStore has committed. Any thread.
class PollPublisher {
 public:
  virtual ~PollPublisher() = default;

  // Ignored if the directory knows this revision or a higher one, or if the poll was withdrawn, so publishers
  // may be late.
  virtual Result<void> publish(const ManagedPoll& poll) = 0;

  // The poll was removed; its id and code are not used again.
  virtual Result<void> withdraw(const PollId& id) = 0;
};

}  // namespace pollux::poll
