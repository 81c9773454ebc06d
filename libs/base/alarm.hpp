// Something that is done later unless it is called off.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace pollux {

// After `delay` it calls `ring`, once, on a thread of its own. Its destruction calls that off, or waits for a
// call that is running. One owner thread.
class Alarm {
 public:
  Alarm(std::chrono::milliseconds delay, std::function<void()> ring);

 private:
  std::mutex mutex_;
  std::condition_variable_any called_off_;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace pollux
