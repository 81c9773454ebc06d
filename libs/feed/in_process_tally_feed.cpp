#include "feed/in_process_tally_feed.hpp"

#include <optional>
#include <utility>

namespace pollux::feed {

class InProcessTallyFeed::Follower {
 public:
  explicit Follower(Listener listener) : listener_(std::move(listener)) {}

  // Threads may come here with tallies in any order: an older one than the last told is passed over.
  void tell(const poll::Tally& tally) {
    const std::lock_guard lock(mutex_);
    if (ended_ || (told_ && tally.version <= *told_)) return;
    told_ = tally.version;
    listener_(tally);
  }

  void end() {
    const std::lock_guard lock(mutex_);  // waits for a running call
    ended_ = true;
  }

 private:
  std::mutex mutex_;
  Listener listener_;
  std::optional<std::uint64_t> told_;
  bool ended_ = false;
};

class InProcessTallyFeed::FollowerSubscription : public Subscription {
 public:
  FollowerSubscription(InProcessTallyFeed& feed, poll::PollId poll, std::shared_ptr<Follower> follower)
      : feed_(feed), poll_(std::move(poll)), follower_(std::move(follower)) {}

  ~FollowerSubscription() override {
    feed_.leave(poll_, *follower_);
    follower_->end();
  }

 private:
  InProcessTallyFeed& feed_;
  const poll::PollId poll_;
  const std::shared_ptr<Follower> follower_;
};

InProcessTallyFeed::InProcessTallyFeed() = default;
InProcessTallyFeed::~InProcessTallyFeed() = default;

void InProcessTallyFeed::publish(const poll::Tally& tally) {
  std::vector<std::shared_ptr<Follower>> followers;
  {
    const std::lock_guard lock(mutex_);
    Followed& followed = polls_[tally.poll];
    if (followed.newest && tally.version <= followed.newest->version) return;
    followed.newest = std::make_shared<const poll::Tally>(tally);
    followers = followed.followers;
  }
  for (const auto& follower : followers) follower->tell(tally);
}

std::unique_ptr<poll::TallyFeed::Subscription> InProcessTallyFeed::subscribe(const poll::PollId& poll,
                                                                             Listener listener) {
  auto follower = std::make_shared<Follower>(std::move(listener));
  std::shared_ptr<const poll::Tally> newest;
  {
    const std::lock_guard lock(mutex_);
    Followed& followed = polls_[poll];
    followed.followers.push_back(follower);
    newest = followed.newest;
  }
  auto subscription = std::make_unique<FollowerSubscription>(*this, poll, follower);
  if (newest) follower->tell(*newest);
  return subscription;
}

void InProcessTallyFeed::leave(const poll::PollId& poll, const Follower& follower) {
  const std::lock_guard lock(mutex_);
  Followed& followed = polls_[poll];
  std::erase_if(followed.followers, [&](const auto& known) { return known.get() == &follower; });
  if (followed.followers.empty() && !followed.newest) polls_.erase(poll);
}

}  // namespace pollux::feed
