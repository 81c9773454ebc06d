#include "bench/noisy_neighbor/fixture.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/system.hpp"

namespace pollux::bench {
namespace {

// The first line of output is the port.
std::string read_line(int descriptor) {
  std::string line;
  char character = 0;
  while (::read(descriptor, &character, 1) == 1 && character != '\n') line += character;
  return line;
}

double own_seconds() {
  rusage usage{};
  checked(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of the whole machine: user, nice, system, irq, softirq, steal.
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

Fixture::Fixture(const std::string& program, std::size_t buffered_bytes) {
  const std::string bytes = std::to_string(buffered_bytes);
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  process_ = checked(::fork(), "fork");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(to.get(), STDOUT_FILENO);
    ::execl(program.c_str(), program.c_str(), "--port", "0", "--threads", "2", "--buffered-bytes",
            bytes.c_str(), nullptr);
    ::_exit(127);
  }
  to = Descriptor();
  const std::string line = read_line(from.get());
  if (line.empty()) {
    ::waitpid(process_, nullptr, 0);
    throw std::runtime_error(program + " did not start.");
  }
  port_ = static_cast<std::uint16_t>(std::stoul(line));
}

Fixture::~Fixture() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

double Fixture::processor_seconds() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
  std::string word;
  double ticks = 0;
  for (int field = 1; field <= 15 && file >> word; ++field) {
    if (field >= 14) ticks += std::stod(word);  // utime, stime
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::size_t Fixture::status_bytes(const char* field) const {
  std::ifstream status("/proc/" + std::to_string(process_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoul(line.substr(line.find(':') + 1)) * 1024;
  }
  throw std::runtime_error("The server has ended.");
}

ProcessorTime ProcessorTime::now(const Fixture& server) {
  ProcessorTime time{.server = server.processor_seconds(), .own = own_seconds()};
  time.others = machine_seconds() - time.server - time.own;
  return time;
}

}  // namespace pollux::bench
