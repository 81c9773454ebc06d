// The directory of polls of a service that can read the database of the polls, such as `pollux-result`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/result.hpp"
#include "directory/periodic_poll_directory.hpp"
#include "poll/poll_store.hpp"

namespace pollux::directory {

// Asks the store whether something has changed, and then reads what has.
class StorePollDirectory : public PeriodicPollDirectory {
 public:
  struct Options {
    std::chrono::milliseconds period{250};  // from one question to the next, also after a failure
  };

  // Called on the directory's thread. Must not block or throw. Either may be empty.
  struct Events {
    StateChanged state_changed{};
    // A poll can't be read, because a later version wrote it or it is damaged. It is withdrawn, since it may
    // say that results are hidden, until a later change can be read.
    std::function<void(const poll::PollId& id, const poll::PollError& reason)> unreadable{};
  };

  // The calls of the store must have a limit.
  StorePollDirectory(std::unique_ptr<poll::PollStore> store, Options options, Events events);
  ~StorePollDirectory() override;  // stops

  // Reads what has changed. For the owner, before start().
  Result<void> read() { return refresh_now(); }

 private:
  using Revisions = std::map<poll::PollId, std::uint64_t>;

  Result<void> refresh() override;
  Result<void> take(const poll::PollId& id, std::uint64_t revision);
  void withdraw_missing(const Revisions& present);

  const std::function<void(const poll::PollId& id, const poll::PollError& reason)> unreadable_;
  const std::unique_ptr<poll::PollStore> store_;

  // Of the owner until start(), then of the thread.
  std::uint64_t changes_ = 0;  // PollStore::change_count() of what was read last
  bool complete_ = false;      // something was read
  Revisions known_;            // what was taken of the polls
};

}  // namespace pollux::directory
