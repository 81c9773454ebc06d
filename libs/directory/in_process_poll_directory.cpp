#include "directory/in_process_poll_directory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "poll/lost_changes.hpp"

namespace pollux::directory {
namespace {

bool has_image(const poll::ManagedPoll& poll) {
  const auto& logo = poll.content.theme.logo;
  return logo && logo->image;
}

}  // namespace

class InProcessPollDirectory::Follower {
 public:
  explicit Follower(Listener listener) : listener_(std::move(listener)) {}

  // Threads may call this in any order; a poll that is not newer than the last one is skipped.
  void notify(const Poll& poll) {
    const std::lock_guard lock(mutex_);
    if (ended_ || poll->revision <= revision_) return;
    revision_ = poll->revision;
    listener_(poll);
  }

  void notify_of_withdrawal() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(ended_, true)) listener_(nullptr);
  }

  void end() {
    const std::lock_guard lock(mutex_);  // waits for a running call
    ended_ = true;
  }

 private:
  std::mutex mutex_;
  Listener listener_;
  std::uint64_t revision_ = 0;  // of the last poll; the first revision is 1
  bool ended_ = false;
};

class InProcessPollDirectory::FollowerSubscription : public Subscription {
 public:
  FollowerSubscription(InProcessPollDirectory& directory, poll::PollId id, std::shared_ptr<Follower> follower)
      : directory_(directory), id_(std::move(id)), follower_(std::move(follower)) {}

  ~FollowerSubscription() override {
    directory_.leave(id_, *follower_);
    follower_->end();
  }

 private:
  InProcessPollDirectory& directory_;
  const poll::PollId id_;
  const std::shared_ptr<Follower> follower_;
};

InProcessPollDirectory::InProcessPollDirectory() = default;
InProcessPollDirectory::~InProcessPollDirectory() = default;

poll::PollDirectory::Poll InProcessPollDirectory::find(const poll::PollId& id) const {
  const std::shared_lock lock(mutex_);
  const auto found = polls_.find(id);
  return found == polls_.end() ? nullptr : found->second;
}

poll::PollDirectory::Poll InProcessPollDirectory::find(const poll::PollCode& code) const {
  const std::shared_lock lock(mutex_);
  const auto found = ids_.find(code);
  return found == ids_.end() ? nullptr : polls_.at(found->second);
}

std::unique_ptr<poll::PollDirectory::Subscription> InProcessPollDirectory::follow(const poll::PollId& id,
                                                                                  Listener listener) {
  auto follower = std::make_shared<Follower>(std::move(listener));
  Poll known;
  {
    const std::lock_guard lock(mutex_);
    followers_[id].push_back(follower);
    if (const auto found = polls_.find(id); found != polls_.end()) known = found->second;
  }
  auto subscription = std::make_unique<FollowerSubscription>(*this, id, follower);
  if (known) follower->notify(known);
  return subscription;
}

Result<std::vector<poll::PublishedRevision>> InProcessPollDirectory::publish_all(
    std::span<const poll::ManagedPoll> polls) {
  std::vector<poll::PublishedRevision> others;
  for (const poll::ManagedPoll& poll : polls) {
    if (auto other = publish_one(poll)) others.push_back(*std::move(other));
  }
  return others;
}

// What is known instead, as PollPublisher::publish_all() says.
std::optional<poll::PublishedRevision> InProcessPollDirectory::publish_one(const poll::ManagedPoll& poll) {
  const auto published = std::make_shared<poll::ManagedPoll>(poll);
  Followers followers;
  {
    const std::lock_guard lock(mutex_);
    if (withdrawn_.contains(poll.id)) return std::nullopt;
    share_image(*published);
    Poll& known = polls_[poll.id];
    if (known && known->revision >= poll.revision) {
      if (is_same_change(*known, poll)) {
        if (!has_image(*known) && has_image(*published)) known = published;  // followers do not need it
        return std::nullopt;
      }
      return poll::PublishedRevision{.poll = poll.id, .revision = known->revision};
    }
    known = published;
    ids_.insert_or_assign(poll.code, poll.id);
    followers = followers_of(poll.id);
  }
  for (const auto& follower : followers) follower->notify(published);
  return std::nullopt;
}

Result<void> InProcessPollDirectory::withdraw(const poll::PollId& id) {
  Followers followers;
  {
    const std::lock_guard lock(mutex_);
    if (!withdrawn_.insert(id).second) return {};
    withdrawals_.push_back(id);
    if (withdrawals_.size() > withdrawals_remembered) {
      withdrawn_.erase(withdrawals_.front());
      withdrawals_.pop_front();
    }
    if (const auto found = polls_.find(id); found != polls_.end()) {
      // Of two polls with one code, one was forgotten by the store.
      if (const auto code = ids_.find(found->second->code); code->second == id) ids_.erase(code);
      polls_.erase(found);
    }
    followers = followers_of(id);
  }
  for (const auto& follower : followers) follower->notify_of_withdrawal();
  return {};
}

Result<std::vector<poll::PollId>> InProcessPollDirectory::withdrawn(std::span<const poll::PollId> polls) {
  const std::shared_lock lock(mutex_);
  std::vector<poll::PollId> found;
  std::ranges::copy_if(polls, std::back_inserter(found),
                       [this](const poll::PollId& id) { return withdrawn_.contains(id); });
  return found;
}

Result<void> InProcessPollDirectory::reinstate(const poll::PollId& id) {
  const std::lock_guard lock(mutex_);
  if (withdrawn_.erase(id) > 0) std::erase(withdrawals_, id);
  return {};
}

Result<std::optional<poll::ManagedPoll>> InProcessPollDirectory::published(const poll::PollId& id) {
  const Poll found = find(id);
  return found ? std::optional(*found) : std::nullopt;
}

std::vector<poll::PollId> InProcessPollDirectory::without_image(std::span<const poll::ManagedPoll> polls) {
  const std::shared_lock lock(mutex_);
  std::vector<poll::PollId> missing;
  for (const poll::ManagedPoll& poll : polls) {
    const auto& logo = poll.content.theme.logo;
    if (logo && !known_image(logo->hash)) missing.push_back(poll.id);
  }
  return missing;
}

std::shared_ptr<const std::string> InProcessPollDirectory::image(const std::string& hash) const {
  const std::shared_lock lock(mutex_);
  return known_image(hash);
}

Result<bool> InProcessPollDirectory::is_reconciled() {
  const std::shared_lock lock(mutex_);
  return reconciled_;
}

Result<std::vector<poll::PollId>> InProcessPollDirectory::begin_reconciliation() {
  const std::shared_lock lock(mutex_);
  std::vector<poll::PollId> published;
  published.reserve(polls_.size());
  for (const auto& [id, poll] : polls_) published.push_back(id);
  return published;
}

Result<void> InProcessPollDirectory::end_reconciliation() {
  const std::lock_guard lock(mutex_);
  reconciled_ = true;
  return {};
}

void InProcessPollDirectory::leave(const poll::PollId& id, const Follower& follower) {
  const std::lock_guard lock(mutex_);
  const auto found = followers_.find(id);
  std::erase_if(found->second, [&](const auto& known) { return known.get() == &follower; });
  if (found->second.empty()) followers_.erase(found);
}

// Under the lock.
std::shared_ptr<const std::string> InProcessPollDirectory::known_image(const std::string& hash) const {
  const auto found = images_.find(hash);
  return found == images_.end() ? nullptr : found->second.lock();
}

// Under the lock.
void InProcessPollDirectory::share_image(poll::ManagedPoll& poll) {
  auto& logo = poll.content.theme.logo;
  if (!logo) return;
  if (auto known = known_image(logo->hash)) {
    logo->image = std::move(known);
  } else if (logo->image) {
    std::erase_if(images_, [](const auto& image) { return image.second.expired(); });
    images_.insert_or_assign(logo->hash, logo->image);
  }
}

// Under the lock.
InProcessPollDirectory::Followers InProcessPollDirectory::followers_of(const poll::PollId& id) const {
  const auto found = followers_.find(id);
  return found == followers_.end() ? Followers{} : found->second;
}

}  // namespace pollux::directory
