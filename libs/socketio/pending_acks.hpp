// The acknowledgements that one client still owes, each with a deadline.
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

// Used on the io thread of `context` only. The timer runs only while an acknowledgement is pending.
class PendingAcks {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `on_due` is called after a deadline has passed; it calls take_due().
  PendingAcks(IoThreads::Context& context, std::function<void()> on_due)
      : timer_(context), on_due_(std::move(on_due)) {}

  std::size_t size() const { return pending_.size(); }
  void add(std::uint64_t id, TimePoint deadline, Socket::AckCallback callback);
  // Empty if no acknowledgement with this id is pending.
  std::optional<Socket::AckCallback> take(std::uint64_t id);
  std::vector<Socket::AckCallback> take_due(TimePoint now);
  std::vector<Socket::AckCallback> take_all();

 private:
  struct Pending {
    TimePoint deadline;
    Socket::AckCallback callback;
  };

  void set_timer();

  boost::asio::steady_timer timer_;
  std::function<void()> on_due_;
  std::map<std::uint64_t, Pending> pending_;
  std::set<std::pair<TimePoint, std::uint64_t>> deadlines_;
};

}  // namespace pollux::socketio
