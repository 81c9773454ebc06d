// pollux_noisy_neighbor PROGRAM [--json FILE] [--only WORDS]
//
// The effect of hostile clients on a well-behaved one. For each attack PROGRAM (`socketio-fixture`) is
// started twice. The client uses the first; it requests an acknowledgement every 5 ms on a WebSocket. In
// three rounds, it is left alone, the second process is attacked, and the first is attacked: the second
// situation measures sharing the machine with the attack, the third adds sharing the server. attacks.cpp has
// the limits of the attackers. Exits with status 1 if the bench itself fails.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/noisy_neighbor/attacks.hpp"
#include "bench/noisy_neighbor/fixture.hpp"
#include "bench/noisy_neighbor/pulse.hpp"
#include "bench/noisy_neighbor/report.hpp"
#include "bench/web_socket_client.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 3;
constexpr auto phase_time = 1500ms;
// Longer than the fixture's heartbeat: abandoned sessions are gone before the next phase.
constexpr auto settle_time = 700ms;

struct Phases {
  std::vector<Span> spans;
  ProcessorTime processor;
  std::uint64_t done = 0;
};

void run_phase(const Fixture& server, Phases& phases) {
  const auto before = ProcessorTime::now(server);
  const Clock::time_point from = Clock::now();
  std::this_thread::sleep_for(phase_time);
  phases.spans.push_back({from, Clock::now()});
  phases.processor += ProcessorTime::now(server) - before;
}

void run_attacked_phase(const Attack& attack, const Fixture& server, Phases& phases, Figures& figures) {
  const RunningAttack running(attack, server.port());
  const auto& progress = running.progress();
  const auto done = progress.done.load();
  run_phase(server, phases);
  phases.done += progress.done - done;
  figures.closed += progress.broken;
  figures.status = progress.status;
}

double seconds_of(const Phases& phases) {
  Clock::duration time{};
  for (const auto& span : phases.spans) time += span.to - span.from;
  return std::chrono::duration<double>(time).count();
}

Figures measure(const std::string& program, const Attack& attack) {
  const Fixture server(program, attack.buffered_bytes);
  const Fixture neighbor(program, attack.buffered_bytes);
  Pulse pulse(join_main_namespace(server.port()));
  Figures figures{.attack = attack.name,
                  .unit = attack.unit,
                  .bounded_by = attack.bounded_by,
                  .bound_bytes = attack.bound_bytes};
  Figures of_neighbor = figures;
  std::this_thread::sleep_for(500ms);  // to warm up
  figures.resident_before = server.resident_bytes();
  Phases quiet;
  Phases beside;
  Phases attacked;
  for (int round = 0; round < rounds; ++round) {
    run_phase(server, quiet);
    run_attacked_phase(attack, neighbor, beside, of_neighbor);
    std::this_thread::sleep_for(settle_time);
    run_attacked_phase(attack, server, attacked, figures);
    std::this_thread::sleep_for(settle_time);
  }
  figures.resident_peak = server.peak_resident_bytes();
  figures.failure = pulse.finish();
  figures.quiet = pulse.during(quiet.spans);
  figures.beside = pulse.during(beside.spans);
  figures.attacked = pulse.during(attacked.spans);
  if (attacked.done == 0 || beside.done == 0) {
    throw std::runtime_error("The attack had no effect: " + attack.name);
  }
  figures.done_per_second = static_cast<double>(attacked.done) / seconds_of(attacked);
  figures.beside_done_per_second = static_cast<double>(beside.done) / seconds_of(beside);
  figures.server_microseconds = 1e6 * attacked.processor.server / static_cast<double>(attacked.done);
  figures.server_cores = attacked.processor.server / seconds_of(attacked);
  figures.clients_cores = attacked.processor.own / seconds_of(attacked);
  figures.others_cores = attacked.processor.others / seconds_of(attacked);
  figures.others_quiet_cores = quiet.processor.others / seconds_of(quiet);
  return figures;
}

struct Arguments {
  std::string program;
  std::string json;  // empty: not written
  std::string only;  // run attacks with this in their name
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  if (!words.empty()) arguments.program = words[0];
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] != "--json" && words[i] != "--only")
      throw std::invalid_argument("Unknown argument: " + words[i]);
    (words[i] == "--json" ? arguments.json : arguments.only) = words[i + 1];
  }
  if (words.size() % 2 == 0) {
    throw std::invalid_argument("usage: pollux_noisy_neighbor PROGRAM [--json FILE] [--only WORDS]");
  }
  return arguments;
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  try {
    const auto arguments = parse({argv + 1, argv + argc});
    std::vector<Figures> all;
    for (const auto& attack : attacks()) {
      if (attack.name.find(arguments.only) == std::string::npos) continue;
      std::fprintf(stderr, "%s, 20 s\n", attack.name.c_str());
      all.push_back(measure(arguments.program, attack));
    }
    std::fputs(table_of(all).c_str(), stdout);
    if (!arguments.json.empty() && !(std::ofstream(arguments.json) << json_of(all)).flush()) {
      throw std::runtime_error("The figures could not be written to " + arguments.json + ".");
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_noisy_neighbor: %s\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
