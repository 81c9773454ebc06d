#include "directory/periodic_poll_directory.hpp"

#include <utility>

namespace pollux::directory {

PeriodicPollDirectory::PeriodicPollDirectory(std::chrono::milliseconds period, StateChanged state_changed)
    : period_(period),
      state_changed_(std::move(state_changed)),
      current_(unavailable("The polls have not been read yet.")) {}

PeriodicPollDirectory::~PeriodicPollDirectory() = default;

void PeriodicPollDirectory::start() {
  thread_ = std::thread([this] { run(); });
}

void PeriodicPollDirectory::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

Result<void> PeriodicPollDirectory::state() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<void> PeriodicPollDirectory::refresh_now() {
  auto current = refresh();
  const std::lock_guard lock(mutex_);
  current_ = current;
  return current;
}

void PeriodicPollDirectory::run() {
  while (!stopping()) {
    set_state(refresh());
    wait_for(-1, 0, WaitLimit::in(period_, &stop_));
  }
}

void PeriodicPollDirectory::set_state(const Result<void>& current) {
  {
    const std::lock_guard lock(mutex_);
    const bool changed = current.has_value() != current_.has_value();
    current_ = current;
    if (!changed) return;
  }
  if (state_changed_ && !stopping()) state_changed_(current);
}

}  // namespace pollux::directory
