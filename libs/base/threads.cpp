#include "base/threads.hpp"

#include <stop_token>
#include <utility>

namespace pollux {

Timer::Timer(std::chrono::milliseconds delay, std::function<void()> fire)
    : thread_([this, delay, fire = std::move(fire)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        cancelled_.wait_for(lock, stop, delay, [] { return false; });
        if (!stop.stop_requested()) fire();
      }) {}

Periodic::Periodic(std::chrono::milliseconds pause, std::function<void()> work)
    : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        do {
          work();
        } while (!wake_.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); }) &&
                 !stop.stop_requested());
      }) {}

}  // namespace pollux
