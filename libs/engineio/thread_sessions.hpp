// The sessions of one io thread and the one timer that looks after all of them: a timer for each would cost
// system calls and memory per client, and nobody needs a heartbeat to the millisecond.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engineio/close_reason.hpp"
#include "engineio/fair_task_queue.hpp"
#include "engineio/options.hpp"

namespace pollux::engineio {

class LiveSession;

// All members are for the thread itself, except those that say so.
class ThreadSessions : public std::enable_shared_from_this<ThreadSessions> {
 public:
  ThreadSessions(boost::asio::io_context& context, std::size_t index, const Heartbeat& heartbeat,
                 FairTaskQueue::OnFailure on_failure);

  // Any thread.
  std::size_t index() const { return index_; }
  bool is_current_thread() const { return context_.get_executor().running_in_this_thread(); }
  void post(std::function<void()> task);
  // Runs `task` on the thread: at once where this is it.
  template <class Task>
  void run(Task task) {
    is_current_thread() ? task() : post(std::move(task));
  }
  void close_all(CloseReason reason);
  // Runs `task` once, on the thread, when that time is over. A timer of its own, so for what is rare.
  void after(std::chrono::milliseconds time, std::function<void()> task);

  // For an owner that is on none of the io threads and has closed all: returns when neither a session nor
  // work is left, at once where the thread has been stopped, and at the latest after `time`.
  void let_go(std::chrono::milliseconds time);

  // What can wait until others have had their turn.
  FairTaskQueue& task_queue() { return *task_queue_; }

  // Those that are open, in the order in which the timer looks at them.
  using Sessions = std::list<std::shared_ptr<LiveSession>>;
  Sessions::iterator add(std::shared_ptr<LiveSession> session);  // kept until it is removed
  void remove(Sessions::iterator session);

 private:
  void start_timer();
  void look();
  bool look_at_some(std::size_t& left, FairTaskQueue::Clock::time_point end);

  boost::asio::io_context& context_;
  const std::size_t index_;
  const std::chrono::milliseconds period_;
  boost::asio::steady_timer timer_;
  bool timer_runs_ = false;  // or a look is under way
  const std::shared_ptr<FairTaskQueue> task_queue_;
  Sessions sessions_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace pollux::engineio
