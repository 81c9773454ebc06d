// How a service stops: step by step, each with a deadline.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "service/log.hpp"
#include "service/readiness.hpp"
#include "service/termination_signals.hpp"

namespace pollux {

//   drain.readiness_step(readiness, options.drain_delay);
//   drain.step("vote server", options.drain_time, [&](auto deadline) { server.drain(deadline); });
//   return drain.run(signals, signals.wait());
class Drain {
 public:
  // A step gets its deadline and keeps it: it returns in time, having cut what would not end.
  using Step = std::function<void(std::chrono::milliseconds deadline)>;

  // What a step may take beyond its deadline before it counts as stuck.
  static constexpr std::chrono::milliseconds grace{1000};

  // How long after the first signal others count as the same one: Ctrl-C, and SIGTERM from a supervisor that
  // saw it, come together.
  static constexpr std::chrono::milliseconds same_signal{1000};

  // The log outlives it.
  explicit Drain(Log& log, std::chrono::milliseconds same_signal_for = same_signal)
      : log_(log), same_signal_for_(same_signal_for) {}

  void step(std::string name, std::chrono::milliseconds deadline, Step run);

  // The first step of every service: /readyz says no, for `delay` before the next step closes a listener, so
  // that a load balancer has time to notice. The readiness outlives it.
  void readiness_step(Readiness& readiness, std::chrono::milliseconds delay);

  // Runs the steps in the order they were given, on the calling thread, and logs each; returns the exit
  // status 0. `signal` is the one that started it. A later signal, or a step that is stuck or throws, ends
  // the process at once with exit status 1: nothing that was acknowledged depends on a clean end.
  int run(TerminationSignals& signals, std::string_view signal);

  // The same, step by step, for tests of what holds between them.
  std::size_t size() const { return steps_.size(); }
  void run_step(std::size_t number, TerminationSignals& signals);

 private:
  struct NamedStep {
    std::string name;
    std::chrono::milliseconds deadline;
    Step run;
  };

  Log& log_;
  const std::chrono::milliseconds same_signal_for_;
  std::chrono::steady_clock::time_point same_signal_until_{};
  std::vector<NamedStep> steps_;
};

}  // namespace pollux
