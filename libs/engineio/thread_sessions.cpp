#include "engineio/thread_sessions.hpp"

#include <algorithm>
#include <vector>

#include <boost/asio/post.hpp>

#include "engineio/web_socket_connection.hpp"

namespace pollux::engineio {
namespace {

using std::chrono::milliseconds;

// Often enough that what is due waits for at most an eighth of the shorter span, and for at most a second.
milliseconds period_for(const Heartbeat& heartbeat) {
  const auto span = std::min(heartbeat.ping_interval, heartbeat.ping_timeout);
  return std::clamp(span / 8, milliseconds(5), milliseconds(1'000));
}

}  // namespace

ThreadSessions::ThreadSessions(boost::asio::io_context& context, std::size_t index,
                               const Heartbeat& heartbeat)
    : context_(context), index_(index), period_(period_for(heartbeat)), timer_(context) {}

bool ThreadSessions::is_current_thread() const {
  return context_.get_executor().running_in_this_thread();
}

void ThreadSessions::add(WebSocketConnection& connection) {
  connections_.insert(&connection);
  if (!timer_runs_) start_timer();
}

void ThreadSessions::remove(WebSocketConnection& connection) {
  connections_.erase(&connection);
}

void ThreadSessions::close_all(CloseReason reason) {
  boost::asio::post(context_, [self = shared_from_this(), reason] {
    self->for_each([reason](WebSocketConnection& connection) { connection.close(reason); });
  });
}

void ThreadSessions::start_timer() {
  timer_runs_ = true;
  timer_.expires_after(period_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->look();
  });
}

void ThreadSessions::look() {
  const auto now = std::chrono::steady_clock::now();
  for_each([now](WebSocketConnection& connection) { connection.tick(now); });
  timer_runs_ = false;
  if (!connections_.empty()) start_timer();
}

// Visits may close connections, so what is visited is kept alive and apart from the set.
template <class Visit>
void ThreadSessions::for_each(Visit visit) {
  std::vector<std::shared_ptr<WebSocketConnection>> visited;
  visited.reserve(connections_.size());
  for (auto* connection : connections_) visited.push_back(connection->shared_from_this());
  for (const auto& connection : visited) visit(*connection);
}

}  // namespace pollux::engineio
