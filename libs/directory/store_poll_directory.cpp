#include "directory/store_poll_directory.hpp"

namespace pollux::directory {
namespace {

Error error_of(const poll::PollError& error) {
  return {error.code == poll::PollErrorCode::unavailable ? ErrorCode::unavailable : ErrorCode::internal,
          error.message};
}

}  // namespace

StorePollDirectory::StorePollDirectory(std::unique_ptr<poll::PollStore> store, Options options, Events events)
    : options_(options),
      events_(std::move(events)),
      store_(std::move(store)),
      current_(unavailable("The polls have not been read yet.")) {}

StorePollDirectory::~StorePollDirectory() {
  stop();
}

Result<void> StorePollDirectory::read() {
  auto current = refresh();
  const std::lock_guard lock(mutex_);
  current_ = current;
  return current;
}

void StorePollDirectory::start() {
  thread_ = std::thread([this] { run(); });
}

void StorePollDirectory::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

Result<void> StorePollDirectory::state() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void StorePollDirectory::run() {
  while (!stop_.raised()) {
    set_state(refresh());
    wait_for(-1, 0, WaitLimit::in(options_.period, &stop_));
  }
}

// A change after the number was read makes the next one differ.
Result<void> StorePollDirectory::refresh() {
  const auto changes = store_->change_count();
  if (!changes) return error_of(changes.error());
  if (complete_ && *changes == changes_) return {};
  const auto revisions = store_->revisions();
  if (!revisions) return error_of(revisions.error());
  for (const auto& [id, revision] : *revisions) {
    if (stop_.raised()) return {};
    const auto known = known_.find(id);
    if (known != known_.end() && known->second >= revision) continue;
    if (const auto taken = take(id, revision); !taken) return taken;
  }
  withdraw_missing(*revisions);
  changes_ = *changes;
  complete_ = true;
  return {};
}

Result<void> StorePollDirectory::take(const poll::PollId& id, std::uint64_t revision) {
  const auto poll = store_->find(id);
  if (poll) {
    known_.insert_or_assign(id, poll->revision);
    return polls_.publish(*poll);
  }
  if (poll.error().code == poll::PollErrorCode::not_found) return {};  // removed meanwhile
  if (poll.error().code == poll::PollErrorCode::unavailable) return error_of(poll.error());
  known_.insert_or_assign(id, revision);
  if (events_.unreadable) events_.unreadable(id, poll.error());
  return polls_.withdraw(id);
}

void StorePollDirectory::withdraw_missing(const Revisions& present) {
  std::erase_if(known_, [&](const auto& known) {
    if (present.contains(known.first)) return false;
    (void)polls_.withdraw(known.first);
    return true;
  });
}

void StorePollDirectory::set_state(Result<void> current) {
  {
    const std::lock_guard lock(mutex_);
    const bool changed = current.has_value() != current_.has_value();
    current_ = current;
    if (!changed) return;
  }
  if (events_.state_changed && !stop_.raised()) events_.state_changed(current);
}

}  // namespace pollux::directory
