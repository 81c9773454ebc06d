// pollux_company PROGRAM [--json FILE] [--only WORDS]
//
// What a well-behaved client notices of hostile ones. For each attack PROGRAM (`socketio-fixture`) is started
// twice. The client is at the first; it asks for an acknowledgement every 5 ms, on a WebSocket. Three times
// in turn it is left alone, the second is attacked, and the first is attacked: the second shows what it costs
// to share a machine with the attack, and what the first adds to that is the server's. Attackers are limited,
// see attacks.cpp. A failure of the bench itself ends it with status 1.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/company/attacks.hpp"
#include "bench/company/connection.hpp"
#include "bench/company/fixture.hpp"
#include "bench/company/processor_time.hpp"
#include "bench/company/pulse.hpp"
#include "bench/company/report.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 3;
constexpr auto phase_time = 1500ms;
// Longer than the fixture's heartbeat, so that sessions without a client are gone when the next phase begins.
constexpr auto calming_time = 700ms;

struct Phases {
  std::vector<Span> spans;
  ProcessorTime processor;
  std::uint64_t done = 0;
};

void pass(const Fixture& server, Phases& phases) {
  const auto before = ProcessorTime::now(server);
  const Clock::time_point from = Clock::now();
  std::this_thread::sleep_for(phase_time);
  phases.spans.push_back({from, Clock::now()});
  phases.processor += ProcessorTime::now(server) - before;
}

void pass_attacked(const Attack& attack, const Fixture& server, Phases& phases, Figures& figures) {
  const AttackUnderWay under_way(attack, server.port());
  const auto& progress = under_way.progress();
  const auto done = progress.done.load();
  pass(server, phases);
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
  const Fixture neighbour(program, attack.buffered_bytes);
  Pulse pulse(join(server.port()));
  Figures figures{.attack = attack.name,
                  .unit = attack.unit,
                  .bounded_by = attack.bounded_by,
                  .bound_bytes = attack.bound_bytes};
  Figures of_neighbour = figures;
  std::this_thread::sleep_for(500ms);  // to warm up
  figures.resident_before = server.resident_bytes();
  Phases quiet;
  Phases beside;
  Phases attacked;
  for (int round = 0; round < rounds; ++round) {
    pass(server, quiet);
    pass_attacked(attack, neighbour, beside, of_neighbour);
    std::this_thread::sleep_for(calming_time);
    pass_attacked(attack, server, attacked, figures);
    std::this_thread::sleep_for(calming_time);
  }
  figures.resident_peak = server.peak_resident_bytes();
  figures.failure = pulse.finish();
  figures.quiet = pulse.during(quiet.spans);
  figures.beside = pulse.during(beside.spans);
  figures.attacked = pulse.during(attacked.spans);
  if (attacked.done == 0 || beside.done == 0) {
    throw std::runtime_error("The attack came to nothing: " + attack.name);
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
  std::string only;  // attacks that have this in their name
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  if (!words.empty()) arguments.program = words[0];
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] != "--json" && words[i] != "--only")
      throw std::invalid_argument("What is " + words[i] + "?");
    (words[i] == "--json" ? arguments.json : arguments.only) = words[i + 1];
  }
  if (words.size() % 2 == 0) {
    throw std::invalid_argument("usage: pollux_company PROGRAM [--json FILE] [--only WORDS]");
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
    std::fprintf(stderr, "pollux_company: %s\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
