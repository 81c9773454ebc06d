// A thread for calls that block, such as those of a database, with a bounded queue.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/threads.hpp"

namespace pollux::admin {

class WorkThread {
 public:
  struct Options {
    std::size_t max_waiting = 100;
    std::chrono::milliseconds period{1000};  // of `at_leisure`
  };

  // Runs jobs one after another, and `at_leisure` once in a period, unless it is empty.
  WorkThread(Options options, std::function<void()> at_leisure);
  // Waits for a job that runs; those that wait are destroyed without having run.
  ~WorkThread() = default;
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // False if max_waiting jobs wait; then nothing happens. Jobs must not throw. Any thread.
  bool post(std::function<void()> job);

  // The same beyond that bound. The caller bounds the number of jobs that wait. Any thread.
  void post_always(std::function<void()> job);

  std::size_t waiting() const;  // any thread
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  void run(const std::stop_token& stop);

  const Options options_;
  const std::function<void()> at_leisure_;
  Heartbeat heartbeat_;
  mutable std::mutex mutex_;  // guards jobs_
  std::condition_variable_any posted_;
  std::deque<std::function<void()>> jobs_;
  std::jthread thread_;  // last: uses the members above
};

}  // namespace pollux::admin
