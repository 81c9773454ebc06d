// How a service stops: step by step, each with a deadline.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "service/log.hpp"
#include "service/termination_signals.hpp"

namespace pollux {

//   drain.step("readiness", 1s, [&](auto) { readiness.drain(); });
//   drain.step("vote server", options.drain_time, [&](auto deadline) { server.drain(deadline); });
//   signals.wait();
//   return drain.run(signals);
class Drain {
 public:
  // A step gets its deadline and keeps it: it returns in time, having cut what would not end.
  using Step = std::function<void(std::chrono::milliseconds deadline)>;

  // What a step may take beyond its deadline before it counts as stuck.
  static constexpr std::chrono::milliseconds grace{1000};

  // The log outlives it.
  explicit Drain(Log& log) : log_(log) {}

  void step(std::string name, std::chrono::milliseconds deadline, Step run);

  // Runs the steps in the order they were given, on the calling thread, and logs each; returns the exit
  // status 0. A second signal, or a step that is stuck or throws, ends the process at once with exit status
  // 1: nothing that was acknowledged depends on a clean end.
  int run(TerminationSignals& signals);

 private:
  struct NamedStep {
    std::string name;
    std::chrono::milliseconds deadline;
    Step run;
  };

  void run_step(const NamedStep& step, TerminationSignals& signals);

  Log& log_;
  std::vector<NamedStep> steps_;
};

}  // namespace pollux
