// The read side of the polls that people make: what the services that face voters and viewers know of them,
// without the database. A PollStore (poll_store.hpp) decides, and what it decided is published here.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

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

// Publishes what a PollStore has committed. Any thread; calls may block.
class PollPublisher {
 public:
  virtual ~PollPublisher() = default;

  // Each poll is ignored if the directory knows its revision or a higher one, or if it was withdrawn, so
  // publishers may be late. After an error it is unknown which of them were published: repeat the call.
  virtual Result<void> publish_all(std::span<const ManagedPoll> polls) = 0;
  Result<void> publish(const ManagedPoll& poll) { return publish_all({&poll, 1}); }

  // The poll was removed; its id and code are not used again.
  virtual Result<void> withdraw(const PollId& id) = 0;

  // What follows is for PollAnnouncer (poll_announcer.hpp), which makes the directory agree with a store. One
  // reconciliation at a time.

  // False at first, and whenever what was published may have been lost since the last end_reconciliation().
  virtual Result<bool> is_reconciled() = 0;
  // Returns the polls that are published, in any order. Then all polls of the store are published, and those
  // that it does not have are withdrawn.
  virtual Result<std::vector<PollId>> begin_reconciliation() = 0;
  // Readers may now forget polls that are not published. `unavailable` if something was lost since
  // begin_reconciliation(): begin again.
  virtual Result<void> end_reconciliation() = 0;
};

}  // namespace pollux::poll
