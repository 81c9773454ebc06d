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

// Checks are late by at most an eighth of the shorter span, and by at most a second.
milliseconds period_for(const PingTimes& ping_times) {
  const auto span = std::min(ping_times.interval, ping_times.timeout);
  return std::clamp(span / 8, milliseconds(5), milliseconds(1'000));
}

}  // namespace

ThreadSessions::ThreadSessions(boost::asio::io_context& context, std::size_t index,
                               const PingTimes& ping_times, FairTaskQueue::OnFailure on_failure)
    : context_(context),
      index_(index),
      period_(period_for(ping_times)),
      timer_(context),
      task_queue_(std::make_shared<FairTaskQueue>(context, std::move(on_failure))) {}

void ThreadSessions::post(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

ThreadSessions::Sessions::iterator ThreadSessions::add(std::shared_ptr<LiveSession> session) {
  const auto place = sessions_.insert(sessions_.end(), std::move(session));
  size_ = sessions_.size();
  if (!timer_runs_) start_timer();
  return place;
}

void ThreadSessions::remove(Sessions::iterator session) {
  const auto keeps_alive = std::move(*session);  // until it is removed
  sessions_.erase(session);
  size_ = sessions_.size();
}

void ThreadSessions::close_all(CloseReason reason) {
  post([self = shared_from_this(), reason] {
    const std::vector<std::shared_ptr<LiveSession>> all(self->sessions_.begin(), self->sessions_.end());
    for (const auto& session : all) session->close(reason);
  });
}

void ThreadSessions::after(milliseconds time, std::function<void()> task) {
  const auto timer = std::make_shared<boost::asio::steady_timer>(context_, time);
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& error) {
    if (!error) task();
  });
}

void ThreadSessions::wait_until_empty(milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while ((size_ > 0 || task_queue_->size() > 0) && !context_.stopped() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  if (!context_.stopped()) return;
  task_queue_->clear();
  const auto left =
      std::exchange(sessions_, {});  // moved out first, because the last session may destroy this
}

void ThreadSessions::start_timer() {
  timer_runs_ = true;
  timer_.expires_after(period_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->check_sessions();
  });
}

void ThreadSessions::check_sessions() {
  task_queue_->push(
      [weak = weak_from_this(), left = sessions_.size()](FairTaskQueue::Clock::time_point end) mutable {
        const auto self = weak.lock();
        if (!self) return false;
        if (self->check_some(left, end)) return true;
        self->timer_runs_ = false;
        if (!self->sessions_.empty()) self->start_timer();
        return false;
      });
}

// Checked sessions move to the back, so others may close meanwhile. False when all have been checked.
bool ThreadSessions::check_some(std::size_t& left, FairTaskQueue::Clock::time_point end) {
  for (; left > 0 && !sessions_.empty(); --left) {
    const auto now = FairTaskQueue::Clock::now();
    if (now >= end) return true;
    const auto session = sessions_.front();
    sessions_.splice(sessions_.end(), sessions_, sessions_.begin());
    session->tick(now);
  }
  return false;
}

}  // namespace pollux::engineio
