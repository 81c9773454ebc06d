// For tests: waiting for what comes about on another thread.
#pragma once

#include <chrono>
#include <thread>

namespace pollux {

// Whether the condition comes true within half a minute, which only a failure takes; looks once a
// millisecond.
template <class Condition>
bool eventually(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace pollux
