// pollux_joins PROGRAM [--viewers 50000] [--seconds 10] [--json FILE]
//
// A crowd. Starts PROGRAM (`pollux`); viewers come at a constant rate within the time, open a WebSocket to
// the result page and join the poll, as the page does, regardless of how long earlier ones take. Then the
// server is killed, another one is started, and all of them come back, each at a random time of the first
// delay of the page's client. Meanwhile one viewer watches, and a vote is cast ten times a second. After a
// failure prints a message and exits with status 1.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/viewers/audience.hpp"
#include "bench/viewers/server_process.hpp"
#include "bench/web_socket_client.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t threads = 16;    // each opens one connection at a time
constexpr std::size_t addresses = 16;  // loopback addresses of viewers, each with its ports
constexpr auto least_return = 125ms;   // reconnectionDelay ± randomizationFactor in live_tally.ts
constexpr auto latest_return = 375ms;
constexpr auto vote_period = 100ms;
constexpr auto quiet_time = 3s;

struct Options {
  std::string program;
  std::size_t viewers = 50'000;
  std::chrono::seconds time{10};
  std::string json;
};

Options options_from(const std::vector<std::string>& words) {
  Options options;
  if (!words.empty()) options.program = words[0];
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] == "--viewers") {
      options.viewers = std::stoul(words[i + 1]);
    } else if (words[i] == "--seconds") {
      options.time = std::chrono::seconds(std::stoul(words[i + 1]));
    } else if (words[i] == "--json") {
      options.json = words[i + 1];
    } else {
      throw std::invalid_argument("Unknown argument: " + words[i]);
    }
  }
  if (words.size() % 2 == 0 || options.viewers == 0 || options.time == 0s) {
    throw std::invalid_argument("usage: pollux_joins PROGRAM [--viewers N] [--seconds N] [--json FILE]");
  }
  return options;
}

using Times = std::vector<double>;  // milliseconds

double at(Times times, double share) {
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Viewers that have joined, and stay.
struct Crowd {
  std::vector<Descriptor> sockets;
  Times to_first_tally;     // from the time at which they were due
  std::size_t in_time = 0;  // those that had joined when the last one was due
  std::size_t failed = 0;   // closed by the server, or without an answer for 20 s
  double seconds = 0;       // until all had joined or failed
};

// `due`: when each of them comes, ascending.
Crowd join(std::uint16_t port, const std::vector<Clock::duration>& due) {
  Crowd crowd;
  crowd.sockets.resize(due.size());
  std::vector<Clock::duration> joined(due.size(), Clock::duration::max());
  std::atomic<std::size_t> failed = 0;
  const auto start = Clock::now();
  const auto work = [&](std::size_t first) {
    std::string incoming;
    for (std::size_t i = first; i < due.size(); i += threads) {
      std::this_thread::sleep_until(start + due[i]);
      try {
        incoming.clear();
        Descriptor socket = connect_from(static_cast<std::uint32_t>(1 + i % addresses), port);
        join_poll(socket.get(), incoming);
        joined[i] = Clock::now() - start;
        crowd.sockets[i] = std::move(socket);
      } catch (const std::exception&) {
        ++failed;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) workers.emplace_back(work, i);
  }
  crowd.failed = failed;
  crowd.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (joined[i] == Clock::duration::max()) continue;
    crowd.to_first_tally.push_back(milliseconds(joined[i] - due[i]));
    if (joined[i] <= due.back()) ++crowd.in_time;
  }
  return crowd;
}

// One viewer who was there before. Times from a vote to its tally.
class Watcher {
 public:
  explicit Watcher(const ServerProcess& server)
      : server_(server), viewer_(server.result_port(), Audience::Speaks::socket_io) {
    viewer_.grow_to(1, 1, "");
  }

  // While `condition` is true.
  template <class Condition>
  Times watch(const Condition& condition) {
    Times times;
    for (auto next = Clock::now(); condition(); next += vote_period) {
      viewer_.idle(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()), 0ms));
      viewer_.expect_event();
      const auto vote = server_.begin_vote();
      viewer_.receive_one_each();
      times.push_back(milliseconds(Clock::now() - std::min(next, Clock::now())));
      server_.finish_vote(vote);
    }
    return times;
  }

 private:
  const ServerProcess& server_;
  Audience viewer_;
};

struct Wave {
  Crowd crowd;
  Times alone;      // of the watcher before the crowd comes
  Times meanwhile;  // and while it comes
  double bytes_per_viewer = 0;
  double megabytes = 0;  // resident, afterwards
};

Wave receive_crowd(const ServerProcess& server, const std::vector<Clock::duration>& due) {
  Wave wave;
  Watcher watcher(server);
  const auto quiet_until = Clock::now() + quiet_time;
  wave.alone = watcher.watch([&] { return Clock::now() < quiet_until; });
  const auto before = server.memory();
  std::atomic<bool> coming = true;
  std::exception_ptr failure;
  std::jthread watching([&] {
    try {
      wave.meanwhile = watcher.watch([&] { return coming.load(); });
    } catch (...) {
      failure = std::current_exception();
    }
  });
  wave.crowd = join(server.result_port(), due);
  coming = false;
  watching.join();
  if (failure) std::rethrow_exception(failure);
  const auto after = server.memory();
  const auto joined = std::max<std::size_t>(wave.crowd.to_first_tally.size(), 1);
  wave.bytes_per_viewer = (static_cast<double>(after.anonymous) - static_cast<double>(before.anonymous)) /
                          static_cast<double>(joined);
  wave.megabytes = static_cast<double>(after.rss) / 1e6;
  return wave;
}

std::vector<Clock::duration> constant_rate(const Options& options) {
  std::vector<Clock::duration> due;
  for (std::size_t i = 0; i < options.viewers; ++i)
    due.push_back(Clock::duration(options.time) * static_cast<Clock::rep>(i) /
                  static_cast<Clock::rep>(options.viewers));
  return due;
}

std::vector<Clock::duration> first_delays(std::size_t viewers) {
  std::mt19937_64 random(std::random_device{}());
  std::uniform_int_distribution<Clock::rep> delay(Clock::duration(least_return).count(),
                                                  Clock::duration(latest_return).count());
  std::vector<Clock::duration> due;
  for (std::size_t i = 0; i < viewers; ++i) due.emplace_back(delay(random));
  std::ranges::sort(due);
  return due;
}

void append_wave(std::string& table, const char* name, const Wave& wave) {
  const Crowd& crowd = wave.crowd;
  append(table,
         "%s\n  joined %zu, failed %zu; %zu of them by the time the last one was due; all after %.1f s\n",
         name, crowd.to_first_tally.size(), crowd.failed, crowd.in_time, crowd.seconds);
  append(table, "  due to first tally, ms: p50 %.1f, p99 %.1f, greatest %.1f\n",
         at(crowd.to_first_tally, 0.5), at(crowd.to_first_tally, 0.99), at(crowd.to_first_tally, 1));
  append(table,
         "  one who was there, vote to tally, ms: alone p50 %.1f, p99 %.1f; meanwhile p50 %.1f, p99 %.1f\n",
         at(wave.alone, 0.5), at(wave.alone, 0.99), at(wave.meanwhile, 0.5), at(wave.meanwhile, 0.99));
  append(table, "  memory: %.0f bytes a viewer of heap and stacks, %.0f MB resident\n", wave.bytes_per_viewer,
         wave.megabytes);
}

std::string json_of(const Wave& wave) {
  std::string json;
  append(json,
         R"({"joined":%zu,"failed":%zu,"in_time":%zu,"seconds":%.3f,"join_p50_ms":%.3f,"join_p99_ms":%.3f,)",
         wave.crowd.to_first_tally.size(), wave.crowd.failed, wave.crowd.in_time, wave.crowd.seconds,
         at(wave.crowd.to_first_tally, 0.5), at(wave.crowd.to_first_tally, 0.99));
  append(json, R"("alone_p99_ms":%.3f,"meanwhile_p99_ms":%.3f,"bytes_per_viewer":%.0f,"resident_mb":%.1f})",
         at(wave.alone, 0.99), at(wave.meanwhile, 0.99), wave.bytes_per_viewer, wave.megabytes);
  return json;
}

void measure(const Options& options) {
  raise_descriptor_limit(4 * options.viewers + 1'000);  // the program shares them among its listeners
  const std::vector<std::string> arguments{"--max-connections", std::to_string(2 * options.viewers)};
  auto server = std::make_unique<ServerProcess>(options.program, arguments);
  std::fprintf(stderr, "%zu viewers come within %lld s\n", options.viewers,
               static_cast<long long>(options.time.count()));
  Wave arrival = receive_crowd(*server, constant_rate(options));
  server = std::make_unique<ServerProcess>(options.program, arguments);
  const std::size_t stayed = arrival.crowd.to_first_tally.size();
  arrival.crowd.sockets.clear();
  std::fprintf(stderr, "%zu viewers come back\n", stayed);
  const Wave back = receive_crowd(*server, first_delays(stayed));

  std::string table;
  append(table, "%zu viewers, %zu connecting at a time; server and viewers share %u cores\n\n",
         options.viewers, threads, std::thread::hardware_concurrency());
  append_wave(table, "They come at a constant rate", arrival);
  append_wave(table, "All come back after a restart, within 250 ms", back);
  std::fputs(table.c_str(), stdout);
  const std::string json = "{\"arrival\":" + json_of(arrival) + ",\"return\":" + json_of(back) + "}\n";
  if (!options.json.empty() && !(std::ofstream(options.json) << json).flush()) {
    throw std::runtime_error("The figures could not be written to " + options.json + ".");
  }
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  try {
    measure(options_from(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_joins: %s\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
