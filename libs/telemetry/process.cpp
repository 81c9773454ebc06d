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

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;  // in pages
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Field 22 of /proc/self/stat, in clock ticks since boot. The second field is the program's name, which may
// contain spaces and parentheses, so count from the last parenthesis.
double start_ticks() {
  std::ifstream stat("/proc/self/stat");
  const std::string line(std::istreambuf_iterator<char>(stat), {});
  std::size_t at = line.rfind(')');
  for (int field = 2; field < 22 && at != line.npos; ++field) at = line.find(' ', at + 1);
  return at == line.npos ? 0 : std::strtod(line.c_str() + at, nullptr);
}

double start_time() {
  const double since_boot = start_ticks() / static_cast<double>(::sysconf(_SC_CLK_TCK));
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
  metrics.observed_gauge("process_resident_memory_bytes", "Resident memory in bytes.", {}, &resident_bytes);
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
