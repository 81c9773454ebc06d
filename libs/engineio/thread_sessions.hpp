// The sessions of one io thread, with one timer for all of them: a timer per session would cost system calls
// and memory, and heartbeats need no millisecond precision.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engineio/fair_task_queue.hpp"
#include "engineio/options.hpp"
#include "engineio/session.hpp"

namespace pollux::engineio {

class LiveSession;

// Used on its io thread only, unless noted.
class ThreadSessions : public std::enable_shared_from_this<ThreadSessions> {
 public:
  ThreadSessions(boost::asio::io_context& context, std::size_t index, const PingTimes& ping_times,
                 FairTaskQueue::OnFailure on_failure);

  // Any thread.
  std::size_t index() const { return index_; }
  bool is_current_thread() const { return context_.get_executor().running_in_this_thread(); }
  void post(std::function<void()> task);
  // Runs `task` on the io thread; immediately if called there.
  template <class Task>
  void run(Task task) {
    is_current_thread() ? task() : post(std::move(task));
  }
  void close_all(CloseReason reason);
  // Runs `task` on the io thread after that time. Each call makes a timer, so only for rare events.
  void after(std::chrono::milliseconds time, std::function<void()> task);

  // Not on an io thread, after close_all(). Blocks until no session and no task is left, but no longer than
  // `time`, and not if the io thread has stopped: then it destroys what is left.
  void wait_until_empty(std::chrono::milliseconds time);

  FairTaskQueue& task_queue() { return *task_queue_; }

  // The open sessions, in the order in which the timer checks them.
  using Sessions = std::list<std::shared_ptr<LiveSession>>;
  Sessions::iterator add(std::shared_ptr<LiveSession> session);  // kept until it is removed
  void remove(Sessions::iterator session);

 private:
  void start_timer();
  void check_sessions();
  bool check_some(std::size_t& left, FairTaskQueue::Clock::time_point end);

  boost::asio::io_context& context_;
  const std::size_t index_;
  const std::chrono::milliseconds period_;
  boost::asio::steady_timer timer_;
  bool timer_runs_ = false;  // or a check is in progress
  const std::shared_ptr<FairTaskQueue> task_queue_;
  Sessions sessions_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace pollux::engineio
