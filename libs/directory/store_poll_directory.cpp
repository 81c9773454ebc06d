#include "directory/store_poll_directory.hpp"

#include <utility>

namespace pollux::directory {
namespace {

Error error_of(const poll::PollError& error) {
  return {error.code == poll::PollErrorCode::unavailable ? ErrorCode::unavailable : ErrorCode::internal,
          error.message};
}

}  // namespace

StorePollDirectory::StorePollDirectory(std::unique_ptr<poll::PollStore> store, Options options, Events events)
    : PeriodicPollDirectory(options.period, std::move(events.state_changed)),
      unreadable_(std::move(events.unreadable)),
      store_(std::move(store)) {}

StorePollDirectory::~StorePollDirectory() {
  stop();
}

// A change after the number was read makes the next one differ.
Result<void> StorePollDirectory::refresh() {
  const auto changes = store_->change_count();
  if (!changes) {
    complete_ = false;  // the next server may have lost changes, and count up to the same number again
    return error_of(changes.error());
  }
  if (complete_ && *changes == changes_) return {};
  const auto revisions = store_->revisions();
  if (!revisions) return error_of(revisions.error());
  for (const auto& [id, revision] : *revisions) {
    if (stopping()) return {};
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
    (void)polls().reinstate(id);  // the store decides whether it is removed
    if (const auto published = polls().publish(*poll); !published) return published.error();
    return {};
  }
  if (poll.error().code == poll::PollErrorCode::not_found) return {};  // removed meanwhile
  if (poll.error().code == poll::PollErrorCode::unavailable) return error_of(poll.error());
  known_.insert_or_assign(id, revision);
  if (unreadable_) unreadable_(id, poll.error());
  return polls().withdraw(id);
}

void StorePollDirectory::withdraw_missing(const Revisions& present) {
  std::erase_if(known_, [&](const auto& known) {
    if (present.contains(known.first)) return false;
    (void)polls().withdraw(known.first);
    return true;
  });
}

}  // namespace pollux::directory
