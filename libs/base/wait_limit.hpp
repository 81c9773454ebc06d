// Bounds for a wait: a deadline, and an interrupt from another thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace pollux {

// Stays raised until it is cleared. raise() may be called on any thread and in a signal handler.
class Interrupt {
 public:
  Interrupt();  // throws std::system_error if the system has no free descriptor
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise();
  void clear();
  bool raised() const;
  int descriptor() const { return descriptor_; }  // readable while raised, for poll(2)

 private:
  int descriptor_;
};

struct WaitLimit {
  std::chrono::steady_clock::time_point deadline;
  // A descriptor that ends the wait while it is readable; -1: none.
  int interrupt = -1;

  static WaitLimit in(std::chrono::milliseconds duration, const Interrupt* interrupt = nullptr) {
    return {std::chrono::steady_clock::now() + duration, interrupt == nullptr ? -1 : interrupt->descriptor()};
  }
  // The same limit, but no later than `duration` from now.
  WaitLimit at_most(std::chrono::steady_clock::duration duration) const {
    return {std::min(deadline, std::chrono::steady_clock::now() + duration), interrupt};
  }
  std::chrono::steady_clock::duration left() const { return deadline - std::chrono::steady_clock::now(); }
};

enum class Wake { ready, deadline, interrupt };

// Waits until `descriptor` (-1: none) has one of the `events` of poll(2) or an error, or until the limit. An
// interrupt takes precedence. Throws std::system_error if poll(2) fails.
Wake wait_for(int descriptor, short events, const WaitLimit& limit);

}  // namespace pollux
