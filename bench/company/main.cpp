// pollux_company PROGRAM [--json FILE]
//
// What a well-behaved client notices of hostile ones. For each attack PROGRAM (`socketio-fixture`) is started
// anew. A client on WebSocket asks for an acknowledgement every 5 ms, for 4 s in quiet and 4 s under the
// attack. The same client beside a thread that only echoes shows what the machine alone does to it, as all
// share its cores. Attackers are limited: 20 connections in a closed loop for POSTs, 200 for handshakes,
// 50,000 messages of 1 kB a second from 1,000 clients that never read. A failure of the bench itself ends it
// with status 1.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "bench/company/attacks.hpp"
#include "bench/company/connection.hpp"
#include "bench/company/echo.hpp"
#include "bench/company/fixture.hpp"
#include "bench/company/pulse.hpp"
#include "bench/company/report.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;
constexpr auto phase_time = 4s;

double own_processor_seconds() {
  rusage usage{};
  checked(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of the whole machine: user, nice, system, irq, softirq, and what the host took.
double machine_processor_seconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  double ticks = 0;
  for (int field = 0; field <= 8 && file >> word; ++field) {
    if (field != 0 && field != 4 && field != 5) ticks += std::stod(word);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Phase {
  Clock::time_point from;
  Clock::time_point to;
  double server_cores = 0;  // processor seconds a second
  double own_cores = 0;
  double others_cores = 0;
};

Phase pass_phase(const Fixture& fixture) {
  const double server = fixture.processor_seconds();
  const double own = own_processor_seconds();
  const double machine = machine_processor_seconds();
  Phase phase{.from = Clock::now()};
  std::this_thread::sleep_for(phase_time);
  phase.to = Clock::now();
  const double seconds = std::chrono::duration<double>(phase.to - phase.from).count();
  phase.server_cores = (fixture.processor_seconds() - server) / seconds;
  phase.own_cores = (own_processor_seconds() - own) / seconds;
  phase.others_cores =
      (machine_processor_seconds() - machine) / seconds - phase.server_cores - phase.own_cores;
  return phase;
}

// The attack's part of the figures.
Phase endure(const Attack& attack, const Fixture& fixture, Figures& figures) {
  const AttackUnderWay under_way(attack, fixture.port());
  const auto& progress = under_way.progress();
  const auto done = progress.done.load();
  const auto phase = pass_phase(fixture);
  figures.done_per_second = static_cast<double>(progress.done - done) /
                            std::chrono::duration<double>(phase.to - phase.from).count();
  figures.broken = progress.broken;
  figures.status = progress.status;
  figures.server_cores = phase.server_cores;
  figures.attackers_cores = phase.own_cores;
  figures.others_cores = phase.others_cores;
  return phase;
}

Figures measure(const std::string& program, const Attack& attack) {
  const Fixture fixture(program);
  BareEcho echo;
  Pulse bare(echo.take_client());
  Pulse good(join(fixture.port()));
  Figures figures{.attack = attack.name,
                  .unit = attack.unit,
                  .bounded_by = attack.bounded_by,
                  .bound_bytes = attack.bound_bytes};
  std::this_thread::sleep_for(500ms);  // to warm up
  const auto quiet = pass_phase(fixture);
  figures.others_quiet_cores = quiet.others_cores;
  figures.resident_before = fixture.resident_bytes();
  const auto attacked = endure(attack, fixture, figures);
  figures.resident_peak = fixture.peak_resident_bytes();
  figures.failure = good.finish();
  if (const auto failure = bare.finish(); !failure.empty()) throw std::runtime_error("Bare echo: " + failure);
  figures.quiet = good.between(quiet.from, quiet.to);
  figures.attacked = good.between(attacked.from, attacked.to);
  figures.bare_quiet = bare.between(quiet.from, quiet.to);
  figures.bare_attacked = bare.between(attacked.from, attacked.to);
  if (figures.done_per_second == 0) throw std::runtime_error("The attack came to nothing: " + attack.name);
  return figures;
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() != 1 && (words.size() != 3 || words[1] != "--json")) {
      throw std::invalid_argument("usage: pollux_company PROGRAM [--json FILE]");
    }
    std::vector<Figures> all;
    for (const auto& attack : attacks()) {
      std::fprintf(stderr, "%s\n", attack.name.c_str());
      all.push_back(measure(words[0], attack));
    }
    std::fputs(table_of(all).c_str(), stdout);
    if (words.size() == 3 && !(std::ofstream(words[2]) << json_of(all)).flush()) {
      throw std::runtime_error("The figures could not be written to " + words[2] + ".");
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_company: %s\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
