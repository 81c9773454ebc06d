// Waits for SIGTERM and SIGINT, instead of signal handlers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pollux::lifecycle {

// Construct before the first thread starts: it blocks both signals for the calling thread and the threads
// that it starts later, and ignores SIGPIPE, so that writing to a closed connection is an error value. Linux
// (signalfd(2)).
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // Restores the default, which ends the process at once, also for a pending signal. For commands.
  void release();

  // Blocks until a signal is pending: "SIGTERM" or "SIGINT".
  std::string_view wait();

  // The same with a timeout. nullopt after it, or once the descriptor `wake` (-1: none) is readable.
  std::optional<std::string_view> wait_for(std::chrono::milliseconds time, int wake);

  // Readable while a signal is pending. Only for poll(2).
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace pollux::lifecycle
