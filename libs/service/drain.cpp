#include "service/drain.hpp"

#include <cstdlib>
#include <exception>
#include <string_view>
#include <thread>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace pollux {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void end_at_once(Log& log, std::string_view why, std::string_view step) {
  log.error(why, {{"step", step}});
  std::_Exit(EXIT_FAILURE);
}

// Watches over one step from a thread of its own, until it is destroyed.
class Watch {
 public:
  Watch(std::string_view step, std::chrono::milliseconds time, TerminationSignals& signals, Log& log)
      : ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([=, this, &signals, &log] {
          const auto signal = signals.wait_for(time, ended_);
          if (signal) end_at_once(log, "A second signal came: the process ends at once.", step);
          if (!has_ended()) end_at_once(log, "A step of the drain is stuck: the process ends at once.", step);
        }) {}

  ~Watch() {
    ::eventfd_write(ended_, 1);
    thread_.join();
    ::close(ended_);
  }

  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  bool has_ended() const {
    eventfd_t count = 0;
    return ::eventfd_read(ended_, &count) == 0;
  }

  const int ended_;
  std::thread thread_;
};

}  // namespace

void Drain::step(std::string name, std::chrono::milliseconds deadline, Step run) {
  steps_.push_back({std::move(name), deadline, std::move(run)});
}

int Drain::run(TerminationSignals& signals) {
  log_.info("Draining.");
  const auto started = Clock::now();
  for (const NamedStep& step : steps_) run_step(step, signals);
  log_.info("Drained.", {{"duration_seconds", Clock::now() - started}});
  return EXIT_SUCCESS;
}

void Drain::run_step(const NamedStep& step, TerminationSignals& signals) {
  const Watch watch(step.name, step.deadline + grace, signals, log_);
  const auto started = Clock::now();
  try {
    step.run(step.deadline);
  } catch (const std::exception& failure) {
    end_at_once(log_, std::string("A step of the drain failed: ") + failure.what(), step.name);
  }
  log_.info("A step of the drain is done.",
            {{"step", step.name}, {"duration_seconds", Clock::now() - started}});
}

}  // namespace pollux
