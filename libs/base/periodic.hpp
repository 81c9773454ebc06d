// Something that is done again and again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace pollux {

// Calls `work` at once and then with `pause` between two calls, on a thread of its own. Its destruction waits
// for a call that is running. One owner thread.
class Periodic {
 public:
  Periodic(std::chrono::milliseconds pause, std::function<void()> work)
      : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          do {
            work();
          } while (!wake_.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); }) &&
                   !stop.stop_requested());
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace pollux
