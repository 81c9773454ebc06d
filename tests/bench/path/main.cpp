// pollux_path rate VOTE_PORT RESULT_PORT RATE SECONDS CONNECTIONS [CODE:ID …]
// pollux_path watch RESULT_PORT VOTES
//
// Measures the time from a vote to a viewer's WebSocket, on 127.0.0.1.
//
// rate: posts RATE votes per second, for a warm-up of one second and SECONDS of measurement, and waits until
// all are on the screen. The votes rotate over the polls with these codes and ids, with a viewer of each;
// without one they are for the poll of the settings. Prints one line of JSON, in milliseconds from the due
// time of a vote.
//
// watch: prints "joined"; when the screen shows VOTES more than at first, prints the time of the steady clock
// in nanoseconds. After a failure prints a message and exits with status 1.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/path/open_loop.hpp"

namespace pollux::bench {
namespace {

std::uint16_t port_in(const std::string& word) {
  return static_cast<std::uint16_t>(std::stoul(word));
}

std::string percentiles(OpenLoop::Times times) {
  std::ranges::sort(times);
  const auto at = [&times](double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1));
    return std::chrono::duration<double, std::milli>(times[index]).count();
  };
  std::array<char, 128> text;
  std::snprintf(text.data(), text.size(), R"({"p50":%.3f,"p90":%.3f,"p99":%.3f,"max":%.3f})", at(0.5),
                at(0.9), at(0.99), at(1));
  return text.data();
}

void keep_rate(const std::vector<std::string>& words) {
  const std::size_t rate = std::stoul(words[3]);
  OpenLoop::Plan plan{.vote_port = port_in(words[1]),
                      .result_port = port_in(words[2]),
                      .rate = rate,
                      .votes = rate * (1 + std::stoul(words[4])),
                      .unmeasured = rate,
                      .connections = std::stoul(words[5])};
  if (words.size() > 6) plan.polls.clear();
  for (const std::string& word : std::span(words).subspan(6)) {
    const auto colon = word.find(':');
    if (colon == std::string::npos) throw std::invalid_argument("A poll is CODE:ID, not '" + word + "'.");
    plan.polls.push_back({.page = "/p/" + word.substr(0, colon), .id = word.substr(colon + 1)});
  }
  OpenLoop loop(plan);
  loop.run();
  std::printf(R"({"votes":%zu,"tallies":%zu,"answer":%s,"screen":%s,"late":%s})"
              "\n",
              rate * (1 + std::stoul(words[4])), loop.tallies(), percentiles(loop.to_answer()).c_str(),
              percentiles(loop.to_screen()).c_str(), percentiles(loop.to_sending()).c_str());
}

void watch(const std::vector<std::string>& words) {
  Screen screen(port_in(words[1]));
  const std::uint64_t wanted = screen.total() + std::stoul(words[2]);
  std::puts("joined");
  std::fflush(stdout);
  while (screen.total() < wanted) screen.receive();
  const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf("%lld\n", static_cast<long long>(now.count()));
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() >= 6 && words[0] == "rate") {
      keep_rate(words);
    } else if (words.size() == 3 && words[0] == "watch") {
      watch(words);
    } else {
      std::fputs(
          "Usage: pollux_path rate VOTE_PORT RESULT_PORT RATE SECONDS CONNECTIONS [CODE:ID …]\n"
          "       pollux_path watch RESULT_PORT VOTES\n",
          stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_path: %s\n", error.what());
    return 1;
  }
}
