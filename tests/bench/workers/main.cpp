// pollux_rows queue FIRST COUNT             prints commands for `redis-cli --pipe` that queue these votes
// pollux_rows upsert URL FIRST COUNT BATCH  records them in PostgreSQL; prints {"perSecond":…}

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/workers/rows.hpp"

namespace pollux::bench {
namespace {

void queue(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t number = first; number < first + count; ++number) {
    const std::string command = command_to_queue(row(number));
    if (std::fwrite(command.data(), 1, command.size(), stdout) != command.size()) {
      throw std::runtime_error("The commands could not be written.");
    }
  }
}

void upsert(const std::string& url, std::uint64_t first, std::uint64_t count, std::uint64_t batch) {
  const std::chrono::duration<double> taken = bare_upsert(url, first, count, batch);
  std::printf("{\"perSecond\":%.1f}\n", static_cast<double>(count) / taken.count());
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 3 && words[0] == "queue") {
      queue(std::stoull(words[1]), std::stoull(words[2]));
    } else if (words.size() == 5 && words[0] == "upsert") {
      upsert(words[1], std::stoull(words[2]), std::stoull(words[3]), std::stoull(words[4]));
    } else {
      std::fputs("Usage: pollux_rows queue FIRST COUNT | upsert URL FIRST COUNT BATCH\n", stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_rows: %s\n", error.what());
    return 1;
  }
}
