// Work of one io thread that can wait a little: openings, payloads of many packets, the round over all
// sessions. It is done in short slices, and between two of them the thread serves every socket that has
// something to say, so that however much stands in line, a client that is connected waits for one slice.
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

// All members are for the io thread, except those that say so. The line has no bound of its own: what stands
// in it belongs to a connection or a session each, and these are bounded.
class FairTaskQueue : public std::enable_shared_from_this<FairTaskQueue> {
 public:
  using Clock = std::chrono::steady_clock;
  // Does a part of the work, stopping soon after `end`; returns whether some is left, which then goes to the
  // end of the line. Work that throws is dropped, and with it a reply that it holds: that client gets a 500.
  // Its what() goes to `on_failure`.
  using Task = std::function<bool(Clock::time_point end)>;

  using OnFailure = std::function<void(std::string_view what)>;

  explicit FairTaskQueue(boost::asio::io_context& context, OnFailure on_failure = {})
      : context_(context), on_failure_(std::move(on_failure)) {}

  void push(Task task);
  std::size_t size() const { return size_; }  // any thread
  // Forgets the work. For the owner of a thread that has been stopped.
  void clear();

 private:
  void post_turn();
  void take_turn();
  bool run_slice(const Task& task, Clock::time_point end) const;

  boost::asio::io_context& context_;
  const OnFailure on_failure_;
  std::deque<Task> tasks_;
  std::atomic<std::size_t> size_{0};  // with what is being done
};

}  // namespace pollux::engineio
