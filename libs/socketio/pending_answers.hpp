// The answers that one client still owes, each until its deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "base/io_threads.hpp"
#include "socketio/socket.hpp"

namespace pollux::socketio {

// All members are for the io thread of `context`. Its timer runs only while something is owed.
class PendingAnswers {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `on_due` is called when a deadline is over, to take_due().
  PendingAnswers(IoThreads::Context& context, std::function<void()> on_due)
      : timer_(context), on_due_(std::move(on_due)) {}

  std::size_t size() const { return waiting_.size(); }
  void add(std::uint64_t id, TimePoint deadline, Socket::Answered answered);
  // Nothing where none of that id is owed, or not any more.
  std::optional<Socket::Answered> take(std::uint64_t id);
  std::vector<Socket::Answered> take_due(TimePoint now);
  std::vector<Socket::Answered> take_all();

 private:
  struct Waiting {
    TimePoint deadline;
    Socket::Answered answered;
  };

  void set_timer();

  boost::asio::steady_timer timer_;
  std::function<void()> on_due_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::set<std::pair<TimePoint, std::uint64_t>> deadlines_;
};

}  // namespace pollux::socketio
