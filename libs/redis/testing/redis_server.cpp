#include "redis/testing/redis_server.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing/eventually.hpp"

namespace pollux::redis::testing {
namespace {

constexpr int not_installed = 127;

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = ::bind(socket, generic, length) == 0 && ::getsockname(socket, generic, &length) == 0;
  ::close(socket);
  if (!found) throw std::runtime_error("There is no free port for redis-server.");
  return ntohs(address.sin_port);
}

// Runs in the child: only what is allowed between fork and exec.
[[noreturn]] void become_server(char* const* words, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(words[0], words);
  ::_exit(not_installed);
}

Reply copy_of(const redisReply& reply) {
  Reply copy;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      copy.kind = Reply::Kind::integer;
      copy.integer = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      copy.kind = reply.type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
      copy.text.assign(reply.str, static_cast<std::size_t>(reply.len));
      break;
    case REDIS_REPLY_ARRAY:
      copy.kind = Reply::Kind::array;
      copy.elements.reserve(reply.elements);
      for (std::size_t i = 0; i < reply.elements; ++i) copy.elements.push_back(copy_of(*reply.element[i]));
      break;
    default:
      break;
  }
  return copy;
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments, Kind kind)
    : arguments_(std::move(arguments)), kind_(kind) {
  const auto option = std::ranges::find(arguments_, "--requirepass");
  if (option != arguments_.end() && option + 1 != arguments_.end()) password_ = *(option + 1);
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    if (kind_ == with_tls) tls_port_ = free_port();
    if (launch()) return;
  }
  fail("redis-server did not start.");
}

RedisServer::~RedisServer() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

Url RedisServer::url() const {
  return {.host = "127.0.0.1", .port = port_, .password = password_};
}

void RedisServer::start() {
  if (!launch()) fail("redis-server did not start again.");
}

bool RedisServer::launch() {
  std::vector<std::string> words{"redis-server"};
  // A Sentinel's file comes first, and it knows nothing of persistence.
  if (kind_ == sentinel) words.insert(words.end(), arguments_.begin(), arguments_.end());
  const std::vector<std::string> common{
      "--bind",    "127.0.0.1", "--port", std::to_string(port_), "--dir", directory_.path().string(),
      "--logfile", "redis.log"};
  words.insert(words.end(), common.begin(), common.end());
  if (kind_ != sentinel) {
    words.insert(words.end(), {"--unixsocket", socket_path().string(), "--save", "", "--appendonly", "no"});
    words.insert(words.end(), arguments_.begin(), arguments_.end());
  }
  if (kind_ == with_tls) words.insert(words.end(), {"--tls-port", std::to_string(tls_port_)});
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t parent = ::getpid();
  process_ = ::fork();
  if (process_ == 0) become_server(pointers.data(), parent);
  if (process_ < 0) throw std::runtime_error("There is no process for redis-server.");
  bool ended = false;
  const auto has_ended_or_answers = [&] {
    ended = has_ended();
    return ended || answers();
  };
  if (!eventually(has_ended_or_answers)) fail("redis-server does not answer.");
  return !ended;
}

bool RedisServer::has_ended() {
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) != process_) return false;
  process_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_installed) {
    throw std::runtime_error(
        "These tests need a real redis-server, which is not installed. On Debian and Ubuntu: apt-get install "
        "redis-server.");
  }
  return true;
}

bool RedisServer::answers() const {
  try {
    // Of ours: another test's server may have taken the port in between.
    const std::string ours = "process_id:" + std::to_string(process_) + "\r\n";
    return command({"PING"}).text == "PONG" &&
           command({"INFO", "server"}).text.find(ours) != std::string::npos;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void RedisServer::end(int signal) {
  if (process_ < 0) return;
  ::kill(process_, signal);
  if (signal != SIGKILL) ::kill(process_, SIGCONT);
  if (!eventually([this] { return has_ended(); })) fail("redis-server does not end.");
}

void RedisServer::stop() {
  end(SIGTERM);
}

void RedisServer::kill() {
  end(SIGKILL);
}

void RedisServer::freeze() {
  ::kill(process_, SIGSTOP);
  int status = 0;
  if (::waitpid(process_, &status, WUNTRACED) != process_ || !WIFSTOPPED(status)) {
    fail("redis-server does not stop.");
  }
}

void RedisServer::thaw() {
  ::kill(process_, SIGCONT);
}

Reply RedisServer::command(const std::vector<std::string>& words) const {
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  const std::unique_ptr<redisContext, decltype(&redisFree)> connection(
      redisConnectWithTimeout("127.0.0.1", port_, limit), &redisFree);
  if (!connection || connection->err != 0) throw std::runtime_error("redis-server is not there.");
  redisSetTimeout(connection.get(), limit);
  const auto ask = [&](const std::vector<std::string>& asked) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string& word : asked) {
      texts.push_back(word.data());
      lengths.push_back(word.size());
    }
    void* const answer =
        redisCommandArgv(connection.get(), static_cast<int>(asked.size()), texts.data(), lengths.data());
    if (answer == nullptr) throw std::runtime_error("redis-server did not answer " + asked.front() + ".");
    const std::unique_ptr<void, decltype(&freeReplyObject)> owner(answer, &freeReplyObject);
    return copy_of(*static_cast<redisReply*>(answer));
  };
  if (!password_.empty()) ask({"AUTH", password_});
  return ask(words);
}

void RedisServer::fail(const std::string& what) const {
  std::ifstream log(directory_.path() / "redis.log");
  const std::string lines{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()};
  throw std::runtime_error(what + " Its log:\n" +
                           lines.substr(lines.size() - std::min<std::size_t>(lines.size(), 4000)));
}

}  // namespace pollux::redis::testing
