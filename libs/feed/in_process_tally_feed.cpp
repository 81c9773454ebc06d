#include "feed/in_process_tally_feed.hpp"

#include <utility>

namespace pollux::feed {
namespace {

// After a tally could not be read that followers wait for.
constexpr std::chrono::seconds retry_pause{1};

}  // namespace

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
    const auto found = polls_.find(tally.poll);
    if (found == polls_.end()) return;
    Followed& followed = found->second;
    const bool newer = !followed.newest || tally.version > followed.newest->version;
    if (!newer && times.empty()) return;
    if (newer) {
      // The trace ends with this update; later followers are no part of it.
      auto kept = std::make_shared<poll::Tally>(tally);
      kept->trace = {};
      followed.newest = std::move(kept);
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

bool TallyFanOut::is_followed(const poll::PollId& poll) const {
  const std::lock_guard lock(mutex_);
  return polls_.contains(poll);
}

bool TallyFanOut::knows(const poll::PollId& poll) const {
  const std::lock_guard lock(mutex_);
  const auto found = polls_.find(poll);
  return found != polls_.end() && found->second.newest;
}

void TallyFanOut::leave(const poll::PollId& poll, const Follower& follower) {
  const std::lock_guard lock(mutex_);
  Followed& followed = polls_[poll];
  std::erase_if(followed.followers, [&](const auto& known) { return known.get() == &follower; });
  // Without a follower it would become old.
  if (followed.followers.empty()) polls_.erase(poll);
}

InProcessTallyFeed::InProcessTallyFeed(poll::TallyReader& tallies)
    : tallies_(tallies), thread_([this] { run(); }) {}

InProcessTallyFeed::~InProcessTallyFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Result<void> InProcessTallyFeed::publish(std::span<const poll::ChangedPoll> polls) {
  Result<void> result;
  for (const poll::ChangedPoll& changed : polls) {
    // A follower that begins now reads it after the change.
    if (!followers_.is_followed(changed.poll)) continue;
    if (auto tally = read(changed.poll)) {
      tally->trace = changed.trace;
      followers_.update(*tally, changed.times);
    } else if (result) {
      result = tally.error();
    }
  }
  live_ = result.has_value();
  return result;
}

std::unique_ptr<poll::TallyFeed::Subscription> InProcessTallyFeed::subscribe(const poll::PollId& poll,
                                                                             Listener listener) {
  auto subscription = followers_.subscribe(poll, std::move(listener));
  if (followers_.knows(poll)) return subscription;
  {
    const std::lock_guard lock(mutex_);
    wanted_.insert(poll);
  }
  changed_.notify_one();
  return subscription;
}

void InProcessTallyFeed::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !wanted_.empty(); });
    if (stopping_) return;
    const std::set<poll::PollId> wanted = std::exchange(wanted_, {});
    lock.unlock();
    const std::set<poll::PollId> failed = read_first(wanted);
    lock.lock();
    if (failed.empty()) continue;
    changed_.wait_for(lock, retry_pause, [this] { return stopping_; });
    wanted_.insert(failed.begin(), failed.end());
  }
}

std::set<poll::PollId> InProcessTallyFeed::read_first(const std::set<poll::PollId>& polls) {
  std::set<poll::PollId> failed;
  for (const poll::PollId& poll : polls) {
    if (!followers_.is_followed(poll)) continue;
    if (const auto tally = read(poll)) {
      followers_.update(*tally);
    } else {
      failed.insert(poll);
    }
  }
  return failed;
}

Result<poll::Tally> InProcessTallyFeed::read(const poll::PollId& poll) {
  const std::lock_guard lock(reading_);
  return tallies_.tally(poll);
}

}  // namespace pollux::feed
