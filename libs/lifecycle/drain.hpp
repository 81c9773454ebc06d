// How a service stops: step by step, within one limit for all steps together.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/termination_signals.hpp"
#include "telemetry/health.hpp"
#include "telemetry/log.hpp"

namespace pollux::lifecycle {

//   Drain drain(log, options.drain_time);
//   drain.readiness_step(readiness, options.drain_delay);
//   drain.step("vote server", [&](auto deadline) { server.drain(deadline); });
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

  // All steps together take no longer than `limit`, but for the readiness step. The log outlives it.
  Drain(telemetry::Log& log, std::chrono::milliseconds limit,
        std::chrono::milliseconds same_signal_for = same_signal)
      : log_(log), limit_(limit), same_signal_for_(same_signal_for) {}

  // Its deadline is what is left of the limit, less an eighth of the limit for each step after it: a step
  // that uses all of its time leaves the later ones a moment.
  void step(std::string name, Step run);

  // The first step of every service: /readyz says no, for `delay` before the next step closes a listener, so
  // that a load balancer has time to notice. The limit begins after it. The readiness outlives it.
  void readiness_step(telemetry::Readiness& readiness, std::chrono::milliseconds delay);

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
    std::optional<std::chrono::milliseconds> own_time;  // that is not taken from the limit
    Step run;
  };

  std::chrono::milliseconds deadline_of(std::size_t number);

  telemetry::Log& log_;
  const std::chrono::milliseconds limit_;
  const std::chrono::milliseconds same_signal_for_;
  std::chrono::steady_clock::time_point same_signal_until_{};
  std::optional<std::chrono::steady_clock::time_point> until_;  // from the first step within the limit
  std::vector<NamedStep> steps_;
};

}  // namespace pollux::lifecycle
