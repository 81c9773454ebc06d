#include <chrono>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

#include "config/settings.hpp"
#include "lifecycle/termination_signals.hpp"
#include "seed-data/display.hpp"
#include "seed-data/options.hpp"
#include "seed-data/report.hpp"
#include "seed-data/seeder.hpp"
#include "seed-data/vote_page.hpp"
#include "telemetry/descriptor_limit.hpp"
#include "telemetry/process.hpp"

namespace {

using namespace pollux;
using namespace std::chrono_literals;
using seed::Clock;
using State = seed::Seeder::State;

// Exit statuses, see --help.
constexpr int all_accepted = 0;
constexpr int some_failed = 1;
constexpr int service_not_found = 3;

int make_data(const std::string& directory) {
  const auto made = seed::make_post_data(directory);
  if (!made) {
    std::cerr << made.error().message << '\n';
    return some_failed;
  }
  std::cout << "Wrote " << directory << "/posta (vote=a) and " << directory << "/postb (vote=b).\n";
  return all_accepted;
}

void show(const seed::Seeder& seeder, const seed::Options& options, seed::Display& display) {
  const auto now = Clock::now();
  if (seeder.state() == State::waiting) {
    const std::string error = seeder.last_error();
    display.waiting("Waiting for " + options.url.text() + (error.empty() ? "." : ": " + error), now);
  } else {
    display.voting(seeder.progress(), now);
  }
}

// Returns when the run has ended, or two seconds after a signal, without waiting for outstanding responses.
// Returns the signal, if any.
std::optional<std::string_view> watch(seed::Seeder& seeder, const seed::Options& options,
                                      lifecycle::TerminationSignals& signals, seed::Display& display) {
  std::optional<std::string_view> interrupted;
  Clock::time_point end = Clock::time_point::max();
  while (Clock::now() < end && seeder.state() != State::over && seeder.state() != State::not_found) {
    const auto signal = signals.wait_for(50ms, seeder.end_descriptor());
    if (signal && interrupted) break;  // the second signal
    if (signal) {
      interrupted = signal;
      end = Clock::now() + 2s;
      seeder.stop();
    }
    show(seeder, options, display);
  }
  return interrupted;
}

int vote(const seed::Options& options) {
  lifecycle::TerminationSignals signals;  // before the first thread
  telemetry::raise_descriptor_limit();
  seed::Seeder seeder(options);
  seed::Display display(std::cerr, seed::Screen::standard_error());
  const auto interrupted = watch(seeder, options, signals, display);
  display.clear();

  const State state = seeder.state();
  const seed::Report report = seeder.finish();
  if (state == State::not_found && !interrupted) {
    std::cerr << "The service at " << options.url.text() << " was not available within "
              << seed::time_text(options.wait) << ": " << report.last_error << " Start it, or set --url.\n";
    return service_not_found;
  }
  if (interrupted) std::cerr << "Interrupted by " << *interrupted << ".\n";
  (options.json ? std::cerr : std::cout) << seed::summary(report) << std::flush;
  if (options.json) std::cout << seed::json(report) << std::endl;
  if (interrupted) return *interrupted == "SIGINT" ? 130 : 143;
  return report.complete() ? all_accepted : some_failed;
}

}  // namespace

int main(int argc, char** argv) {
  seed::Options options;
  config::ProgramDescription program = seed::description();
  program.revision = telemetry::revision();
  config::Settings settings(std::move(program));
  seed::declare(settings, options);
  const config::Invocation invocation =
      settings.read(config::command_line(argc, argv), config::process_environment());
  if (const auto status = config::conclude(invocation, std::cout, std::cerr)) return *status;
  for (const std::string& warning : invocation.warnings) std::cerr << warning << '\n';
  return invocation.command == "make-data" ? make_data(invocation.operand) : vote(options);
}
