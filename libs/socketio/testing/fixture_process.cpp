#include "socketio/testing/fixture_process.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pollux::socketio::testing {
namespace {

std::string read_line(int descriptor) {
  std::string line;
  char character = 0;
  while (::read(descriptor, &character, 1) == 1 && character != '\n') line += character;
  return line;
}

}  // namespace

FixtureProcess::FixtureProcess(engineio::PingTimes ping_times) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2() failed.");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  std::vector<std::string> words{SOCKETIO_FIXTURE,
                                 "--port",
                                 "0",
                                 "--threads",
                                 "2",
                                 "--ping-interval",
                                 std::to_string(ping_times.interval.count()),
                                 "--ping-timeout",
                                 std::to_string(ping_times.timeout.count())};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed = ::posix_spawn(&process_, SOCKETIO_FIXTURE, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  const std::string line = failed == 0 ? read_line(pipe[0]) : "";
  ::close(pipe[0]);
  if (line.empty()) throw std::runtime_error("The fixture did not start.");
  port_ = static_cast<std::uint16_t>(std::stoul(line));
}

FixtureProcess::~FixtureProcess() {
  ends_cleanly();
}

std::size_t FixtureProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

bool FixtureProcess::ends_cleanly() {
  if (process_ < 0) return false;
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace pollux::socketio::testing
