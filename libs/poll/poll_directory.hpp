// The read side of the polls that people make: what the services that face voters and viewers know of them,
// without the database. A PollStore (poll_store.hpp) decides, and what it decided is published here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

// The revision that a directory knows of a poll.
struct PublishedRevision {
  PollId poll;
  std::uint64_t revision = 0;

  friend bool operator==(const PublishedRevision&, const PublishedRevision&) = default;
};

// Publishes what a PollStore has committed. Any thread; calls may block.
class PollPublisher {
 public:
  virtual ~PollPublisher() = default;

  // Each poll is ignored if the directory knows its revision or a higher one, or if it was withdrawn, so
  // publishers may be late. Returns those of which it knows a higher revision, or another change with the
  // same one (is_same_change): the publisher is late, or its store has lost changes. After an error it is
  // unknown which of them were published: repeat the call.
  //
  // An image of a logo that can't be published does not stop its poll: it is missing until a later call has
  // it.
  virtual Result<std::vector<PublishedRevision>> publish_all(std::span<const ManagedPoll> polls) = 0;
  Result<std::vector<PublishedRevision>> publish(const ManagedPoll& poll) { return publish_all({&poll, 1}); }

  // The poll was removed; its id and code are not used again.
  virtual Result<void> withdraw(const PollId& id) = 0;

  // Those of the polls that were withdrawn, as far as that is remembered.
  virtual Result<std::vector<PollId>> withdrawn(std::span<const PollId> polls) = 0;
  // The store has lost the removal: the poll may be published again. Not for polls that are published.
  virtual Result<void> reinstate(const PollId& id) = 0;

  // Those of the polls whose logo has an image that is missing here, whether or not they have it with them.
  // The other images are kept on.
  virtual std::vector<PollId> without_image(std::span<const ManagedPoll> polls) = 0;

  // The poll as it is published; none if it is not, or can't be read. Without maker and votes_deleted_at.
  virtual Result<std::optional<ManagedPoll>> published(const PollId& id) = 0;

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
