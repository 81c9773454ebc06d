// Deferrable tasks of one io thread: openings, payloads of many packets, the periodic check of all sessions.
// They run in short slices. Between two slices the thread serves every socket that is ready, so a connected
// client waits for at most one slice, however long the queue is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>

namespace pollux::engineio {

// For the io thread, unless noted. Not bounded itself: each task belongs to a connection or a session, and
// these are bounded.
class FairTaskQueue : public std::enable_shared_from_this<FairTaskQueue> {
 public:
  using Clock = std::chrono::steady_clock;
  // Works until soon after `end`, and returns true if it is not finished: then it is queued again, at the
  // back. A task that throws is dropped, and its what() goes to `on_failure`. A reply that it holds is
  // dropped with it, so that client gets a 500.
  using Task = std::function<bool(Clock::time_point end)>;

  using OnFailure = std::function<void(std::string_view what)>;

  explicit FairTaskQueue(boost::asio::io_context& context, OnFailure on_failure = {})
      : context_(context), on_failure_(std::move(on_failure)) {}

  void push(Task task);
  std::size_t size() const { return size_; }  // including the running task; any thread
  // Destroys all tasks. For the owner of a thread that has stopped.
  void clear();

 private:
  void post_turn();
  void take_turn();
  bool run_slice(const Task& task, Clock::time_point end) const;

  boost::asio::io_context& context_;
  const OnFailure on_failure_;
  std::deque<Task> tasks_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace pollux::engineio
