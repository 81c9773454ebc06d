#include "admin/work_thread.hpp"

#include <stop_token>
#include <utility>

namespace pollux::admin {

WorkThread::WorkThread(Options options, std::function<void()> at_leisure)
    : options_(options),
      at_leisure_(std::move(at_leisure)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

bool WorkThread::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= options_.max_waiting) return false;
    jobs_.push_back(std::move(job));
  }
  posted_.notify_one();
  return true;
}

void WorkThread::post_always(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  posted_.notify_one();
}

std::size_t WorkThread::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WorkThread::run(const std::stop_token& stop) {
  auto next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    heartbeat_.beat();
    if (const auto now = std::chrono::steady_clock::now(); now >= next) {
      if (at_leisure_) at_leisure_();
      next = now + options_.period;
    }
    std::unique_lock lock(mutex_);
    posted_.wait_until(lock, stop, next, [this] { return !jobs_.empty(); });
    if (jobs_.empty() || stop.stop_requested()) continue;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
  }
  heartbeat_.finish();
}

}  // namespace pollux::admin
