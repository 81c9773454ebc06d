// What directories of polls have in common that ask another program for changes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "poll/poll_directory.hpp"

namespace pollux::directory {

// Calls refresh() periodically on a thread of its own, on which followers are called. start() and stop() are
// for one owner thread, the rest for any. Without the other program it shows what it knew last.
class PeriodicPollDirectory : public poll::PollDirectory {
 public:
  // Called on the directory's thread: success when the directory has everything, and the reason when the
  // other program can't be read. Must not block or throw. May be empty.
  using StateChanged = std::function<void(const Result<void>& current)>;

  ~PeriodicPollDirectory() override;
  PeriodicPollDirectory(const PeriodicPollDirectory&) = delete;
  PeriodicPollDirectory& operator=(const PeriodicPollDirectory&) = delete;

  void start();  // once
  // Waits for a refresh() in progress and for a running callback. May be called twice.
  void stop();

  // Success if the directory had everything after the last refresh(), else why not. A service that starts
  // serves once it succeeds.
  Result<void> state() const;

  Poll find(const poll::PollId& id) const override { return polls_.find(id); }
  Poll find(const poll::PollCode& code) const override { return polls_.find(code); }
  std::unique_ptr<Subscription> follow(const poll::PollId& id, Listener listener) override {
    return polls_.follow(id, std::move(listener));
  }

 protected:
  // `period`: from one refresh() to the next, also after a failure. The destructor of a derived class must
  // call stop(), because the thread calls refresh().
  PeriodicPollDirectory(std::chrono::milliseconds period, StateChanged state_changed);

  // Takes what has changed into polls(), with a limit of time. It ends early if stopping().
  virtual Result<void> refresh() = 0;

  // The state without a thread: before start().
  Result<void> refresh_now();

  InProcessPollDirectory& polls() { return polls_; }
  bool stopping() const { return stop_.raised(); }

 private:
  void run();
  void set_state(const Result<void>& current);

  const std::chrono::milliseconds period_;
  const StateChanged state_changed_;
  InProcessPollDirectory polls_;
  Interrupt stop_;
  mutable std::mutex mutex_;  // guards what follows
  Result<void> current_;
  std::thread thread_;
};

}  // namespace pollux::directory
