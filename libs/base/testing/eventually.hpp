// For tests: waits for a condition.
#pragma once

#include <chrono>
#include <thread>

namespace pollux {

// Whether the condition becomes true within 30 s, which only a failing test takes; checks every millisecond.
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
