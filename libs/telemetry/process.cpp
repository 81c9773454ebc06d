#include "telemetry/process.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

#include "telemetry/metrics.hpp"

namespace pollux::telemetry {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Memory {
  double virtual_pages = 0;
  double resident_pages = 0;
};

Memory memory() {
  Memory memory;
  std::ifstream statm("/proc/self/statm");
  statm >> memory.virtual_pages >> memory.resident_pages;
  return memory;
}

double in_bytes(double pages) {
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// A field of /proc/self/stat by its number in proc(5), from 3. The second field is the program's name, which
// may contain spaces and parentheses, so count from the last parenthesis.
double stat_field(int number) {
  std::ifstream stat("/proc/self/stat");
  const std::string line(std::istreambuf_iterator<char>(stat), {});
  std::size_t at = line.rfind(')');
  for (int field = 2; field < number && at != line.npos; ++field) at = line.find(' ', at + 1);
  return at == line.npos ? 0 : std::strtod(line.c_str() + at, nullptr);
}

constexpr int number_of_threads = 20;
constexpr int start_in_ticks_since_boot = 22;

double start_time() {
  const double since_boot =
      stat_field(start_in_ticks_since_boot) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) + since_boot;
}

double open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (error) return std::numeric_limits<double>::quiet_NaN();
  const auto count = std::distance(begin(descriptors), end(descriptors));
  return static_cast<double>(count - 1);  // without the descriptor of this listing
}

double max_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void observe_process(Metrics& metrics) {
  metrics.observed_counter("process_cpu_seconds_total", "User and system CPU time in seconds.", {},
                           [] { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); });
  metrics.observed_gauge("process_resident_memory_bytes", "Resident memory in bytes.", {},
                         [] { return in_bytes(memory().resident_pages); });
  metrics.observed_gauge("process_virtual_memory_bytes", "Virtual memory in bytes.", {},
                         [] { return in_bytes(memory().virtual_pages); });
  metrics.observed_gauge("process_threads", "Threads of the process.", {},
                         [] { return stat_field(number_of_threads); });
  metrics.observed_gauge("process_start_time_seconds", "Start time of the process, in seconds since 1970.",
                         {}, [started = start_time()] { return started; });
  metrics.observed_gauge("process_open_fds", "Open file descriptors.", {}, &open_descriptors);
  metrics.observed_gauge("process_max_fds", "Maximum number of open file descriptors.", {}, &max_descriptors);
}

std::string_view version() {
  return POLLUX_VERSION;
}

std::string_view compiler() {
  return POLLUX_COMPILER;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

}  // namespace pollux::telemetry
