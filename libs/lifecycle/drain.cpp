#include "lifecycle/drain.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <thread>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace pollux::lifecycle {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void end_at_once(telemetry::Log& log, std::string_view why, std::string_view step,
                              std::string_view reason = "") {
  log.error(why, {{"step", step}, {"reason", telemetry::if_not_empty(reason)}});
  std::_Exit(EXIT_FAILURE);
}

// Supervises a step on a thread of its own until it is destroyed. Ignores signals before `same_signal_until`.
class Watch {
 public:
  Watch(std::string_view step, std::chrono::milliseconds time, Clock::time_point same_signal_until,
        TerminationSignals& signals, telemetry::Log& log)
      : ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        signals_(signals),
        log_(log),
        thread_([=, this, until = Clock::now() + time] { watch(step, until, same_signal_until); }) {}

  ~Watch() {
    ::eventfd_write(ended_, 1);
    thread_.join();
    ::close(ended_);
  }

  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  void watch(std::string_view step, Clock::time_point until, Clock::time_point same_signal_until) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
      const auto signal = signals_.wait_for(std::max(left, std::chrono::milliseconds(0)), ended_);
      if (signal && Clock::now() >= same_signal_until) {
        log_.warning("A second signal came: the process ends at once.", {{"step", step}});
        std::_Exit(EXIT_FAILURE);
      }
      if (has_ended()) return;
      if (Clock::now() >= until) {
        end_at_once(log_, "A step of the drain is stuck: the process ends at once.", step);
      }
    }
  }

  bool has_ended() const {
    eventfd_t count = 0;
    return ::eventfd_read(ended_, &count) == 0;
  }

  const int ended_;
  TerminationSignals& signals_;
  telemetry::Log& log_;
  std::thread thread_;  // last: uses the members above
};

}  // namespace

void Drain::step(std::string name, Step run) {
  steps_.push_back({std::move(name), {}, std::move(run)});
}

void Drain::readiness_step(telemetry::Readiness& readiness, std::chrono::milliseconds delay) {
  steps_.push_back({"readiness", delay, [&readiness](std::chrono::milliseconds time) {
                      readiness.drain();
                      std::this_thread::sleep_for(time);
                    }});
}

std::chrono::milliseconds Drain::deadline_of(std::size_t number) {
  if (const auto own = steps_[number].own_time) return *own;
  if (!until_) until_ = Clock::now() + limit_;
  const auto left = std::max(std::chrono::ceil<std::chrono::milliseconds>(*until_ - Clock::now()),
                             std::chrono::milliseconds(0));
  // After a late step, or with many steps, the rest is divided equally.
  const auto later = static_cast<int>(steps_.size() - number - 1);
  return std::max(left - later * limit_ / 8, left / (later + 1));
}

int Drain::run(TerminationSignals& signals, std::string_view signal) {
  log_.info("Draining.", {{"signal", signal}});
  const auto started = Clock::now();
  same_signal_until_ = started + same_signal_for_;
  for (std::size_t number = 0; number < size(); ++number) run_step(number, signals);
  log_.info("Drained.", {{"duration_seconds", Clock::now() - started}});
  return EXIT_SUCCESS;
}

void Drain::run_step(std::size_t number, TerminationSignals& signals) {
  const NamedStep& step = steps_[number];
  const std::chrono::milliseconds deadline = deadline_of(number);
  const Watch watch(step.name, deadline + grace, same_signal_until_, signals, log_);
  const auto started = Clock::now();
  try {
    step.run(deadline);
  } catch (const std::exception& failure) {
    end_at_once(log_, "A step of the drain failed.", step.name, failure.what());
  }
  log_.info("A step of the drain is done.",
            {{"step", step.name}, {"duration_seconds", Clock::now() - started}});
}

}  // namespace pollux::lifecycle
