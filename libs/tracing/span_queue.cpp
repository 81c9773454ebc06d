#include "tracing/span_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pollux::tracing {

void SpanQueue::add(SpanData span) {
  std::unique_lock lock(mutex_);
  if (closed_ || spans_.size() >= capacity_) {
    (closed_ ? statistics_.dropped_export_failed : statistics_.dropped_queue_full).fetch_add(1);
    return;
  }
  spans_.push_back(std::move(span));
  const bool wake = spans_.size() == batch_;
  lock.unlock();
  if (wake) changed_.notify_one();
}

std::vector<SpanData> SpanQueue::take(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [this] { return closed_ || spans_.size() >= batch_; });
  const auto end = spans_.begin() + static_cast<std::ptrdiff_t>(std::min(batch_, spans_.size()));
  std::vector<SpanData> taken(std::make_move_iterator(spans_.begin()), std::make_move_iterator(end));
  spans_.erase(spans_.begin(), end);
  return taken;
}

void SpanQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::size_t SpanQueue::size() const {
  const std::lock_guard lock(mutex_);
  return spans_.size();
}

}  // namespace pollux::tracing
