// pollux_viewers PROGRAM [--viewers 10000] [--rounds 5] [--addresses 8] [--json FILE] [-- OPTIONS OF PROGRAM]
//
// The cost of viewers. Starts PROGRAM (`pollux`), opens WebSockets to its result page as the page does, and
// measures
//  - its memory before and after, from /proc/<pid>/smaps_rollup, when all have joined and are idle;
//  - the time of one tally from the first viewer's byte to the last one's, alternating with a process that
//  sends the
//    same bytes to as many connections in a loop of send().
// The viewers of both are one thread, on the same cores as the servers. After a failure prints a message and
// exits with status 1.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/viewers/audience.hpp"
#include "bench/viewers/reference.hpp"
#include "bench/viewers/report.hpp"
#include "bench/viewers/server_process.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string program;
  std::size_t viewers = 10'000;
  std::size_t rounds = 5;
  std::size_t addresses = 8;
  std::string json;
  std::vector<std::string> of_program;
};

Options options_from(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&]() -> const std::string& {
      if (++i == words.size()) throw std::invalid_argument(word + " needs a value.");
      return words[i];
    };
    if (word == "--") {
      options.of_program.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    if (word == "--viewers") {
      options.viewers = std::stoul(value());
    } else if (word == "--rounds") {
      options.rounds = std::stoul(value());
    } else if (word == "--addresses") {
      options.addresses = std::stoul(value());
    } else if (word == "--json") {
      options.json = value();
    } else if (options.program.empty() && !word.starts_with('-')) {
      options.program = word;
    } else {
      throw std::invalid_argument("Unknown argument: " + word);
    }
  }
  if (options.program.empty()) throw std::invalid_argument("The path of pollux is missing.");
  if (options.rounds == 0 || options.viewers == 0 || options.addresses == 0 || options.addresses > 250) {
    throw std::invalid_argument("Viewers, rounds and addresses (up to 250) are at least 1.");
  }
  return options;
}

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Audience::Reception receive_tally(const ServerProcess& pollux, Audience& audience) {
  audience.expect_event();
  const auto vote = pollux.begin_vote();
  auto reception = audience.receive_one_each();
  pollux.finish_vote(vote);
  return reception;
}

Figures measure(const Options& options) {
  const Reference reference(options.viewers, options.addresses);
  const ServerProcess pollux(options.program, options.of_program);
  Audience audience(pollux.result_port(), Audience::Speaks::socket_io);
  // Excludes what the server sets up once, for its first viewer and vote.
  audience.grow_to(1, 1, "");
  receive_tally(pollux, audience);

  Figures figures{.viewers = options.viewers};
  const auto before = pollux.memory();
  audience.grow_to(options.viewers, options.addresses, "viewers joined");
  audience.idle(2s);
  const auto after = pollux.memory();
  const auto more = static_cast<double>(options.viewers - 1);
  figures.anonymous_bytes_before = before.anonymous;
  figures.anonymous_bytes_per_viewer = static_cast<double>(after.anonymous - before.anonymous) / more;
  figures.rss_bytes_per_viewer = static_cast<double>(after.rss - before.rss) / more;

  for (std::size_t round = 0; round <= options.rounds; ++round) {
    audience.idle(200ms);
    const auto reception = receive_tally(pollux, audience);
    audience.idle(200ms);
    const auto bare_time = reference.round(reception.frame);
    if (round == 0) continue;  // to warm up
    figures.frame_bytes = reception.frame.size();
    figures.pollux_milliseconds.push_back(milliseconds(reception.first_to_last));
    figures.bare_milliseconds.push_back(milliseconds(bare_time));
  }
  return figures;
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  try {
    const auto options = options_from(std::vector<std::string>(argv + 1, argv + argc));
    raise_descriptor_limit(options.viewers + 200);
    const auto figures = measure(options);
    std::fputs(table_of(figures).c_str(), stdout);
    if (!options.json.empty() && !(std::ofstream(options.json) << json_of(figures)).flush()) {
      throw std::runtime_error("The figures could not be written to " + options.json + ".");
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_viewers: %s\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
