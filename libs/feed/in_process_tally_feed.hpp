// The feed within one process: the worker publishes changed tallies, and followers are called on its thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "poll/ports.hpp"

namespace pollux::feed {

// Passes tallies on to followers, and keeps the newest of each poll for those that come later. Calls
// listeners on the thread of update(), each under a lock of its own that keeps its calls apart, and under no
// lock of this class.
class TallyFanOut : public poll::TallyFeed {
 public:
  TallyFanOut();
  ~TallyFanOut() override;

  // Ignores a tally that is not newer than the known one; its times and trace are passed on with that. Any
  // thread.
  void update(const poll::Tally& tally, const poll::VoteTimes& times = {});

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

 private:
  class Follower;
  class FollowerSubscription;

  struct Followed {
    std::shared_ptr<const poll::Tally> newest;  // null before the first tally
    std::vector<std::shared_ptr<Follower>> followers;
  };

  void leave(const poll::PollId& poll, const Follower& follower);

  std::mutex mutex_;
  std::map<poll::PollId, Followed> polls_;
};

// Reads each published tally and passes it on, so that followers have it when publish() returns.
class InProcessTallyFeed : public poll::TallyFeed, public poll::TallyPublisher {
 public:
  explicit InProcessTallyFeed(poll::TallyReader& tallies) : tallies_(tallies) {}

  // Returns the error of the first tally that can't be read; the others are published.
  Result<void> publish(std::span<const poll::ChangedPoll> polls) override;

  // Whether all tallies of the last publish() could be read. Any thread.
  bool live() const { return live_; }

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override {
    return followers_.subscribe(poll, std::move(listener));
  }

 private:
  poll::TallyReader& tallies_;
  TallyFanOut followers_;
  std::atomic<bool> live_ = false;
};

}  // namespace pollux::feed
