// The ordered stop of a service: a list of steps with a common time limit.
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
  // A step returns within its deadline, and aborts what is not finished by then.
  using Step = std::function<void(std::chrono::milliseconds deadline)>;

  // The time beyond its deadline after which a step counts as stuck.
  static constexpr std::chrono::milliseconds grace{1000};

  // Signals within this time after the first count as the same: Ctrl-C and the SIGTERM of a supervisor arrive
  // together.
  static constexpr std::chrono::milliseconds same_signal{1000};

  // `limit` is for all steps together, except the readiness step. The log outlives it.
  Drain(telemetry::Log& log, std::chrono::milliseconds limit,
        std::chrono::milliseconds same_signal_for = same_signal)
      : log_(log), limit_(limit), same_signal_for_(same_signal_for) {}

  // Its deadline is the rest of the limit, minus an eighth of the limit for each later step, so that later
  // steps have some time even if this one uses all of its own.
  void step(std::string name, Step run);

  // The first step of every service: /readyz fails for `delay` before the next step closes a listener, so
  // that a load balancer notices. The limit starts after it. `readiness` outlives it.
  void readiness_step(telemetry::Readiness& readiness, std::chrono::milliseconds delay);

  // Runs the steps in order on the calling thread, logs each, and returns the exit status 0. `signal` is the
  // one that started the drain. A later signal, or a step that is stuck or throws, ends the process at once
  // with exit status 1: nothing that was acknowledged depends on a clean exit.
  int run(TerminationSignals& signals, std::string_view signal);

  // The same step by step, for tests.
  std::size_t size() const { return steps_.size(); }
  void run_step(std::size_t number, TerminationSignals& signals);

 private:
  struct NamedStep {
    std::string name;
    std::optional<std::chrono::milliseconds> own_time;  // not part of the limit
    Step run;
  };

  std::chrono::milliseconds deadline_of(std::size_t number);

  telemetry::Log& log_;
  const std::chrono::milliseconds limit_;
  const std::chrono::milliseconds same_signal_for_;
  std::chrono::steady_clock::time_point same_signal_until_{};
  std::optional<std::chrono::steady_clock::time_point> until_;  // set by the first step within the limit
  std::vector<NamedStep> steps_;
};

}  // namespace pollux::lifecycle
