#include "bench/viewers/server_process.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;

std::filesystem::path make_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "pollux-viewers-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  return path;
}

// The port in "name":"127.0.0.1:PORT".
std::uint16_t port_of(std::string_view name, const std::string& line) {
  const std::string key = "\"" + std::string(name) + "\":\"127.0.0.1:";
  const auto found = line.find(key);
  if (found == std::string::npos) throw std::runtime_error("The server's log names no port: " + line);
  return static_cast<std::uint16_t>(std::stoul(line.substr(found + key.size(), 5)));
}

}  // namespace

ServerProcess::ServerProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments)
    : directory_(make_directory()) {
  process_ = checked(::fork(), "fork");
  if (process_ == 0) run(program, arguments);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!read_ports()) {
    if (std::chrono::steady_clock::now() > deadline || ::waitpid(process_, nullptr, WNOHANG) != 0) {
      throw std::runtime_error("The server did not start; its log is in " + directory_.string());
    }
    std::this_thread::sleep_for(10ms);
  }
}

ServerProcess::~ServerProcess() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

// In the child.
void ServerProcess::run(const std::filesystem::path& program,
                        const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{program.string(),
                                 "--vote-listen",
                                 "127.0.0.1:0",
                                 "--result-listen",
                                 "127.0.0.1:0",
                                 "--admin-listen",
                                 "127.0.0.1:0",
                                 "--management-listen",
                                 "127.0.0.1:0",
                                 "--database",
                                 (directory_ / "pollux.db").string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = ::open((directory_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  ::dup2(log, STDERR_FILENO);
  ::execv(program.c_str(), pointers.data());
  ::_exit(127);
}

bool ServerProcess::read_ports() {
  std::ifstream log(directory_ / "log");
  for (std::string line; std::getline(log, line);) {
    if (line.find(R"("result":"127.0.0.1:)") == std::string::npos) continue;
    vote_port_ = port_of("vote", line);
    result_port_ = port_of("result", line);
    return true;
  }
  return false;
}

Memory ServerProcess::memory() const {
  std::ifstream rollup("/proc/" + std::to_string(process_) + "/smaps_rollup");
  Memory memory;
  for (std::string line; std::getline(rollup, line);) {
    const auto kilobytes = [&] { return std::stoul(line.substr(line.find(':') + 1)) * 1024; };
    if (line.starts_with("Rss:")) memory.rss = kilobytes();
    if (line.starts_with("Anonymous:")) memory.anonymous = kilobytes();
  }
  if (memory.anonymous == 0) throw std::runtime_error("The server's memory cannot be read.");
  return memory;
}

Descriptor ServerProcess::begin_vote() const {
  auto socket = connect_from(1, vote_port_);
  send_all(socket.get(), "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(vote_port_) +
                             "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                             "Content-Length: 6\r\nConnection: close\r\n\r\nvote=a");
  return socket;
}

void ServerProcess::finish_vote(const Descriptor& vote) const {
  std::array<char, 4096> bytes;
  const auto size = checked(::recv(vote.get(), bytes.data(), bytes.size(), 0), "recv");
  const std::string_view answer(bytes.data(), static_cast<std::size_t>(size));
  if (!answer.starts_with("HTTP/1.1 200 ")) {
    throw std::runtime_error("The response to a vote: " + std::string(answer));
  }
}

}  // namespace pollux::bench
