// The directory of polls of a vote service: what a RedisPollPublisher has published. Without Redis it shows
// what it knew last.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "poll/poll_directory.hpp"
#include "redis/sync_client.hpp"

namespace pollux::directory {

// Asks for changes periodically on a thread of its own, on which followers are called. start() and stop() are
// for one owner thread, the rest for any.
class RedisPollDirectory : public poll::PollDirectory {
 public:
  struct Options {
    std::chrono::milliseconds period{250};  // from one request to the next, also after a failure
    redis::SyncClient::Options limits{std::chrono::milliseconds(1000), std::chrono::milliseconds(1000)};
    std::size_t changes_at_once = 100;
  };

  // Called on the directory's thread. Must not block or throw. Either may be empty.
  struct Events {
    // Success when the directory has what is published, and the reason when Redis can't be read.
    std::function<void(const Result<void>& current)> state_changed{};
    // A poll can't be read, because a later version wrote it or it is damaged: the directory keeps the one
    // that it had, or has none. Once for each change of the poll.
    std::function<void(const std::string& id, const Error& reason)> unreadable{};
  };

  RedisPollDirectory(redis::Url url, Options options, Events events);
  ~RedisPollDirectory() override;  // stops
  RedisPollDirectory(const RedisPollDirectory&) = delete;
  RedisPollDirectory& operator=(const RedisPollDirectory&) = delete;

  void start();  // once
  // Waits for a request in progress and for a running callback. May be called twice.
  void stop();

  // Success if all that is published was known at the last request, else why not. A service that starts
  // serves once it succeeds.
  Result<void> state() const;

  Poll find(const poll::PollId& id) const override { return polls_.find(id); }
  Poll find(const poll::PollCode& code) const override { return polls_.find(code); }
  std::unique_ptr<Subscription> follow(const poll::PollId& id, Listener listener) override {
    return polls_.follow(id, std::move(listener));
  }

 private:
  void run();
  Result<void> refresh();
  Result<bool> read_some();
  void begin_again();
  void take_change(const redis::Reply& id, const redis::Reply& field);
  void withdraw_missing();
  void set_state(Result<void> current);

  const Options options_;
  const Events events_;
  InProcessPollDirectory polls_;
  Interrupt stop_;

  // The thread's own.
  redis::SyncClient client_;
  std::string token_;            // as of the last request; empty: there was none
  std::string last_;             // the number of the last change that was read
  bool complete_ = false;        // all changes were read since begin_again()
  std::set<poll::PollId> here_;  // the polls that this directory has
  std::set<poll::PollId> seen_;  // those of them that were read since begin_again(), until complete_

  mutable std::mutex mutex_;  // guards what follows
  Result<void> current_;

  std::thread thread_;
};

}  // namespace pollux::directory
