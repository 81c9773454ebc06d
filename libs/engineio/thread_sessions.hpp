// The sessions of one io thread and the one timer that looks after all of them: a timer for each would cost
// system calls and memory per client, and nobody needs a heartbeat to the millisecond.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engineio/close_reason.hpp"
#include "engineio/options.hpp"

namespace pollux::engineio {

class WebSocketConnection;

// All members are for the thread itself, except the constructor, index() and close_all().
class ThreadSessions : public std::enable_shared_from_this<ThreadSessions> {
 public:
  ThreadSessions(boost::asio::io_context& context, std::size_t index, const Heartbeat& heartbeat);

  std::size_t index() const { return index_; }
  bool is_current_thread() const;

  void add(WebSocketConnection& connection);
  void remove(WebSocketConnection& connection);
  void close_all(CloseReason reason);

 private:
  void start_timer();
  void look();
  template <class Visit>
  void for_each(Visit visit);

  boost::asio::io_context& context_;
  const std::size_t index_;
  const std::chrono::milliseconds period_;
  boost::asio::steady_timer timer_;
  bool timer_runs_ = false;
  std::unordered_set<WebSocketConnection*> connections_;
};

}  // namespace pollux::engineio
