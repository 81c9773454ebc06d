#include "feed/in_process_tally_feed.hpp"

#include <utility>

namespace pollux::feed {

class TallyFanOut::Follower {
 public:
  explicit Follower(Listener listener) : listener_(std::move(listener)) {}

  // Threads may call this with tallies in any order; an older one than the last is skipped.
  void notify(const std::shared_ptr<const poll::Tally>& tally, const poll::VoteTimes& times,
              const tracing::SpanContext& trace) {
    const std::lock_guard lock(mutex_);
    const bool newer = !last_ || tally->version > last_->version;
    if (ended_ || (!newer && times.empty())) return;
    if (newer) last_ = tally;
    if (!trace.sampled) return listener_(*last_, times);
    poll::Tally traced = *last_;
    traced.trace = trace;
    listener_(traced, times);
  }

  void end() {
    const std::lock_guard lock(mutex_);  // waits for a running call
    ended_ = true;
  }

 private:
  std::mutex mutex_;
  Listener listener_;
  std::shared_ptr<const poll::Tally> last_;
  bool ended_ = false;
};

class TallyFanOut::FollowerSubscription : public Subscription {
 public:
  FollowerSubscription(TallyFanOut& feed, poll::PollId poll, std::shared_ptr<Follower> follower)
      : feed_(feed), poll_(std::move(poll)), follower_(std::move(follower)) {}

  ~FollowerSubscription() override {
    feed_.leave(poll_, *follower_);
    follower_->end();
  }

 private:
  TallyFanOut& feed_;
  const poll::PollId poll_;
  const std::shared_ptr<Follower> follower_;
};

TallyFanOut::TallyFanOut() = default;
TallyFanOut::~TallyFanOut() = default;

void TallyFanOut::update(const poll::Tally& tally, const poll::VoteTimes& times) {
  std::shared_ptr<const poll::Tally> newest;
  std::vector<std::shared_ptr<Follower>> followers;
  {
    const std::lock_guard lock(mutex_);
    Followed& followed = polls_[tally.poll];
    const bool newer = !followed.newest || tally.version > followed.newest->version;
    if (!newer && times.empty()) return;
    if (newer) {
      // The trace ends with this update; later followers are no part of it.
      followed.newest =
          std::make_shared<const poll::Tally>(poll::Tally{tally.poll, tally.version, tally.counts});
    }
    newest = followed.newest;
    followers = followed.followers;
  }
  for (const auto& follower : followers) follower->notify(newest, times, tally.trace);
}

std::unique_ptr<poll::TallyFeed::Subscription> TallyFanOut::subscribe(const poll::PollId& poll,
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
  if (newest) follower->notify(newest, {}, {});
  return subscription;
}

void TallyFanOut::leave(const poll::PollId& poll, const Follower& follower) {
  const std::lock_guard lock(mutex_);
  Followed& followed = polls_[poll];
  std::erase_if(followed.followers, [&](const auto& known) { return known.get() == &follower; });
  if (followed.followers.empty() && !followed.newest) polls_.erase(poll);
}

Result<void> InProcessTallyFeed::publish(std::span<const poll::ChangedPoll> polls) {
  Result<void> result;
  for (const poll::ChangedPoll& changed : polls) {
    if (auto tally = tallies_.tally(changed.poll)) {
      tally->trace = changed.trace;
      followers_.update(*tally, changed.times);
    } else if (result) {
      result = tally.error();
    }
  }
  live_ = result.has_value();
  return result;
}

}  // namespace pollux::feed
