#include "base/alarm.hpp"

#include <utility>

namespace pollux {

Alarm::Alarm(std::chrono::milliseconds delay, std::function<void()> ring)
    : thread_([this, delay, ring = std::move(ring)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        called_off_.wait_for(lock, stop, delay, [] { return false; });
        if (!stop.stop_requested()) ring();
      }) {}

}  // namespace pollux
