#include "engineio/thread_sessions.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "engineio/live_session.hpp"

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

void ThreadSessions::post(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

void ThreadSessions::add(std::shared_ptr<LiveSession> session) {
  const auto* key = session.get();
  sessions_.emplace(key, std::move(session));
  size_ = sessions_.size();
  if (!timer_runs_) start_timer();
}

void ThreadSessions::remove(const LiveSession& session) {
  const auto found = sessions_.find(&session);
  if (found == sessions_.end()) return;
  const auto kept_until_here = std::move(found->second);
  sessions_.erase(found);
  size_ = sessions_.size();
}

void ThreadSessions::close_all(CloseReason reason) {
  post([self = shared_from_this(), reason] {
    self->for_each([reason](LiveSession& session) { session.close(reason); });
  });
}

void ThreadSessions::let_go(milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (size_ > 0 && !context_.stopped() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  if (!context_.stopped()) return;
  const auto left = std::exchange(sessions_, {});  // apart, because each removes itself
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
  for_each([now](LiveSession& session) { session.tick(now); });
  timer_runs_ = false;
  if (!sessions_.empty()) start_timer();
}

// Visits may close sessions, so what is visited is kept alive and apart from the map.
template <class Visit>
void ThreadSessions::for_each(Visit visit) {
  std::vector<std::shared_ptr<LiveSession>> visited;
  visited.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) visited.push_back(session);
  for (const auto& session : visited) visit(*session);
}

}  // namespace pollux::engineio
