// The feed within one process: the worker publishes changed tallies, and followers are called on its thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "poll/ports.hpp"

namespace pollux::feed {

// Passes tallies on to followers, and keeps the newest of each followed poll for those that come later. Calls
// listeners on the thread of update(), each under a lock of its own that keeps its calls apart, and under no
// lock of this class.
class TallyFanOut : public poll::TallyFeed {
 public:
  TallyFanOut();
  ~TallyFanOut() override;

  // Ignores a tally that is not newer than the known one; its times and trace are passed on with that.
  // Ignores polls that have no follower. Any thread.
  void update(const poll::Tally& tally, const poll::VoteTimes& times = {});

  bool is_followed(const poll::PollId& poll) const;
  // Whether a new follower gets a tally at once.
  bool knows(const poll::PollId& poll) const;

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

 private:
  class Follower;
  class FollowerSubscription;

  struct Followed {
    std::shared_ptr<const poll::Tally> newest;  // null before the first tally
    std::vector<std::shared_ptr<Follower>> followers;
  };

  void leave(const poll::PollId& poll, const Follower& follower);

  mutable std::mutex mutex_;
  std::map<poll::PollId, Followed> polls_;  // those that have followers
};

// Reads each published tally that is followed and passes it on, so that followers have it when publish()
// returns. The tally of a poll that begins to be followed is read on a thread of its own, which calls the
// followers, too.
class InProcessTallyFeed : public poll::TallyFeed, public poll::TallyPublisher {
 public:
  // `tallies` is used by one thread at a time. No other thread may use it while there are followers or calls
  // of publish().
  explicit InProcessTallyFeed(poll::TallyReader& tallies);
  ~InProcessTallyFeed() override;
  InProcessTallyFeed(const InProcessTallyFeed&) = delete;
  InProcessTallyFeed& operator=(const InProcessTallyFeed&) = delete;

  // Returns the error of the first tally that can't be read; the others are published.
  Result<void> publish(std::span<const poll::ChangedPoll> polls) override;

  // Whether all tallies of the last publish() could be read. Any thread.
  bool live() const { return live_; }

  std::unique_ptr<Subscription> subscribe(const poll::PollId& poll, Listener listener) override;

 private:
  void run();
  // Reads the tallies of polls whose followers have none yet. Returns those that can't be read.
  std::set<poll::PollId> read_first(const std::set<poll::PollId>& polls);
  Result<poll::Tally> read(const poll::PollId& poll);

  std::mutex reading_;  // guards tallies_
  poll::TallyReader& tallies_;
  TallyFanOut followers_;
  std::atomic<bool> live_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::set<poll::PollId> wanted_;
  bool stopping_ = false;

  std::thread thread_;  // last: it uses what is above
};

}  // namespace pollux::feed
