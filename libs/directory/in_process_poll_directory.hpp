// The directory of polls within one process: readers find what was published, followers are called on the
// publisher's thread.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "poll/poll_directory.hpp"

namespace pollux::directory {

// Followers have a change when publish() or withdraw() returns. Holds as many polls as are published: those
// of one PollStore, which bounds them. Polls with the same logo share its image, also one that was published
// without it. Calls listeners each under a lock of its own that keeps its calls apart, and under no lock of
// this class.
class InProcessPollDirectory : public poll::PollDirectory, public poll::PollPublisher {
 public:
  // A publisher may be late by as many withdrawals of other polls; a later one would bring a poll back.
  static constexpr std::size_t withdrawals_remembered = 10'000;

  InProcessPollDirectory();
  ~InProcessPollDirectory() override;

  Poll find(const poll::PollId& id) const override;
  Poll find(const poll::PollCode& code) const override;
  std::unique_ptr<Subscription> follow(const poll::PollId& id, Listener listener) override;

  Result<std::vector<poll::PublishedRevision>> publish_all(std::span<const poll::ManagedPoll> polls) override;
  Result<void> withdraw(const poll::PollId& id) override;
  std::vector<poll::PollId> without_image(std::span<const poll::ManagedPoll> polls) override;
  Result<std::vector<poll::PollId>> withdrawn(std::span<const poll::PollId> polls) override;
  Result<void> reinstate(const poll::PollId& id) override;
  Result<std::optional<poll::ManagedPoll>> published(const poll::PollId& id) override;
  Result<bool> is_reconciled() override;
  Result<std::vector<poll::PollId>> begin_reconciliation() override;
  Result<void> end_reconciliation() override;

  // Of a logo, by its hash; null if no poll here has it.
  std::shared_ptr<const std::string> image(const std::string& hash) const;

 private:
  class Follower;
  class FollowerSubscription;
  using Followers = std::vector<std::shared_ptr<Follower>>;

  std::optional<poll::PublishedRevision> publish_one(const poll::ManagedPoll& poll);
  void leave(const poll::PollId& id, const Follower& follower);
  Followers followers_of(const poll::PollId& id) const;
  std::shared_ptr<const std::string> known_image(const std::string& hash) const;
  void share_image(poll::ManagedPoll& poll);

  mutable std::shared_mutex mutex_;  // guards what follows
  std::map<poll::PollId, Poll> polls_;
  std::map<poll::PollCode, poll::PollId> ids_;
  std::map<std::string, std::weak_ptr<const std::string>> images_;  // of logos, by hash
  std::map<poll::PollId, Followers> followers_;
  std::set<poll::PollId> withdrawn_;
  std::deque<poll::PollId> withdrawals_;  // the same ids, the oldest first
  bool reconciled_ = false;
};

}  // namespace pollux::directory
