// The feed within one process: who records votes publishes the tallies, and the followers hear of them on the
// same thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "poll/tally_feed.hpp"

namespace pollux::feed {

// Keeps the newest tally of each poll that was published. Threads: publish() calls the listeners itself, each
// under a lock of its own that keeps its calls apart; none of the feed's own locks is held meanwhile.
class InProcessTallyFeed : public poll::TallyFeed {
 public:
  InProcessTallyFeed();
  ~InProcessTallyFeed() override;

  // Makes `tally` known where it is newer than the known one of its poll, and tells the followers. Any
  // thread.
  void publish(const poll::Tally& tally);

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

}  // namespace pollux::feed
