// SIGTERM and SIGINT as something to wait for, instead of handlers that interrupt.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pollux::lifecycle {

// Construct before the first thread starts: it blocks both signals for the calling thread and for all that it
// starts later, and lets SIGPIPE be ignored, so that a client that goes away is an error value. Linux
// (signalfd(2)).
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // From now on both end the process at once again, as they do by default; one that came before does so now.
  // For a program that is to do something else than serve.
  void release();

  // "SIGTERM" or "SIGINT", as soon as it comes; one that came before counts.
  std::string_view wait();

  // The same, or nothing when the time is over or `wake` (a descriptor) becomes readable.
  std::optional<std::string_view> wait_for(std::chrono::milliseconds time, int wake);

  // Readable as long as a signal has come that wait() or wait_for() has not taken yet. For poll(2) alone.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace pollux::lifecycle
