#include "worker/patience.hpp"

#include <iostream>

namespace pollux::worker {

store::PostgresProgress Patience::progress() {
  return [this](const std::string& what) {
    const std::lock_guard lock(mutex_);
    what_ = what;
    since_ = Clock::now();
    changed_.notify_one();
  };
}

void Patience::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto since = since_;
    for (auto next = since + first;; next += further) {
      changed_.wait_until(lock, stop, next, [&] { return since_ != since; });
      if (stop.stop_requested() || since_ != since) break;
      if (!what_.empty()) std::cerr << "Waiting " << what_ << ".\n";
    }
  }
}

}  // namespace pollux::worker
