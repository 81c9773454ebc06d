// The directory of polls of a service that can read the database of the polls, such as `pollux-result`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "poll/poll_directory.hpp"
#include "poll/poll_store.hpp"

namespace pollux::directory {

// Asks the store periodically whether something has changed, on a thread of its own on which followers are
// called, and then reads what has. Without the store it shows what it knew last. read(), start() and stop()
// are for one owner thread, the rest for any.
class StorePollDirectory : public poll::PollDirectory {
 public:
  struct Options {
    std::chrono::milliseconds period{250};  // from one question to the next, also after a failure
  };

  // Called on the directory's thread. Must not block or throw. Either may be empty.
  struct Events {
    // Success when the directory has what the store has, and the reason when the store can't be read.
    std::function<void(const Result<void>& current)> state_changed{};
    // A poll can't be read, because a later version wrote it or it is damaged. It is withdrawn, since it may
    // say that results are hidden, and not shown again by this process.
    std::function<void(const poll::PollId& id, const poll::PollError& reason)> unreadable{};
  };

  // The calls of the store must have a limit.
  StorePollDirectory(std::unique_ptr<poll::PollStore> store, Options options, Events events);
  ~StorePollDirectory() override;  // stops
  StorePollDirectory(const StorePollDirectory&) = delete;
  StorePollDirectory& operator=(const StorePollDirectory&) = delete;

  Result<void> read();  // what has changed; before start()
  void start();         // once
  // Waits for a call of the store and for a running callback. May be called twice.
  void stop();

  // Success if the directory had what the store has when it was read last, else why not.
  Result<void> state() const;

  Poll find(const poll::PollId& id) const override { return polls_.find(id); }
  Poll find(const poll::PollCode& code) const override { return polls_.find(code); }
  std::unique_ptr<Subscription> follow(const poll::PollId& id, Listener listener) override {
    return polls_.follow(id, std::move(listener));
  }

 private:
  using Revisions = std::map<poll::PollId, std::uint64_t>;

  void run();
  Result<void> refresh();
  Result<void> take(const poll::PollId& id, std::uint64_t revision);
  void withdraw_missing(const Revisions& present);
  void set_state(Result<void> current);

  const Options options_;
  const Events events_;
  const std::unique_ptr<poll::PollStore> store_;
  InProcessPollDirectory polls_;
  Interrupt stop_;

  // Of the owner until start(), then of the thread.
  std::uint64_t changes_ = 0;  // PollStore::change_count() of what was read last
  bool complete_ = false;      // something was read
  Revisions known_;            // what was taken of the polls

  mutable std::mutex mutex_;  // guards what follows
  Result<void> current_;

  std::thread thread_;
};

}  // namespace pollux::directory
