#include "bench/company/processor_time.hpp"

#include <fstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "bench/viewers/system.hpp"

namespace pollux::bench {
namespace {

double own_seconds() {
  rusage usage{};
  checked(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of the whole machine: user, nice, system, irq, softirq, and what the host took.
double machine_seconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  double ticks = 0;
  for (int field = 0; field <= 8 && file >> word; ++field) {
    if (field != 0 && field != 4 && field != 5) ticks += std::stod(word);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessorTime ProcessorTime::now(const Fixture& server) {
  ProcessorTime time{.server = server.processor_seconds(), .own = own_seconds()};
  time.others = machine_seconds() - time.server - time.own;
  return time;
}

}  // namespace pollux::bench
