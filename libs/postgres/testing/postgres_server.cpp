#include "postgres/testing/postgres_server.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "postgres/connection.hpp"

namespace pollux::postgres {
namespace {

constexpr auto generous_limit = std::chrono::seconds(30);

[[noreturn]] void fail(const std::string& sentence) {
  throw std::runtime_error(sentence);
}

// The folder with the programs of the newest server.
std::filesystem::path newest_server() {
  std::filesystem::path newest;
  int newest_version = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
    const std::string name = entry.path().filename();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    if (version <= newest_version || !std::filesystem::exists(entry.path() / "bin" / "postgres")) continue;
    newest_version = version;
    newest = entry.path() / "bin";
  }
  if (newest.empty()) fail("There is no /usr/lib/postgresql/*/bin/postgres. Install the package postgresql.");
  return newest;
}

const passwd* unprivileged_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr)
    fail("PostgreSQL refuses root and there is no user postgres. Install the package postgresql.");
  return user;
}

int free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(descriptor, generic, size) == 0 && ::getsockname(descriptor, generic, &size) == 0;
  ::close(descriptor);
  if (!bound) fail("There is no free port on the loopback.");
  return ntohs(address.sin_port);
}

// Runs as `user`, with its output in `log`, and ends with this process. The parent must be the main thread or
// one that lives on: PR_SET_PDEATHSIG refers to the thread.
pid_t run(const std::vector<std::string>& command, const std::filesystem::path& log, const passwd* user,
          int signal_at_our_end) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process != 0) {
    ::close(output);
    ::close(nothing);
    if (process < 0) fail("No process can be started.");
    return process;
  }
  ::setpgid(0, 0);
  ::dup2(nothing, 0);
  ::dup2(output, 1);
  ::dup2(output, 2);
  if (user != nullptr &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, signal_at_our_end);  // after setuid(), which forgets it
  if (::getppid() != parent) ::_exit(126);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

// Empty if it can't be read: a process's file in /proc can't be read once the process has ended.
std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();  // unlike an istreambuf_iterator, it doesn't throw
  return content.str();
}

struct ProcessStatus {
  char state = 'X';  // no such process
  pid_t parent = 0;
};

// From proc(5): "pid (name) state parent …".
ProcessStatus status_of(pid_t process) {
  const std::string stat = content_of("/proc/" + std::to_string(process) + "/stat");
  const auto name_end = stat.rfind(')');
  ProcessStatus status;
  if (name_end == std::string::npos) return status;
  std::istringstream(stat.substr(name_end + 1)) >> status.state >> status.parent;
  return status;
}

bool has_ended(pid_t process) {
  const char state = status_of(process).state;
  return state == 'X' || state == 'Z';
}

// In a URL; everything but letters and digits.
std::string escaped(const std::string& text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0) {
      result += letter;
    } else {
      result += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return result;
}

}  // namespace

TestServer::TestServer(const Options& options)
    : programs_(newest_server()), settings_(options.settings), passwords_(options.passwords) {
  const std::filesystem::path& place = directory_.path();
  if (const passwd* user = unprivileged_user(); user != nullptr) {
    if (::chown(place.c_str(), user->pw_uid, user->pw_gid) != 0)
      fail("The server's directory can't be given away.");
  }
  initialize(options);
  for (int attempt = 0; attempt < 5; ++attempt) {  // another program may take the port in between
    port_ = free_port();
    if (try_start()) return;
  }
  fail("PostgreSQL does not start:\n" + content_of(log()));
}

TestServer::~TestServer() {
  if (process_ == 0) return;
  thaw();
  ::kill(process_, SIGQUIT);  // at once; unlike SIGKILL it lets the server give its shared memory back
  ::waitpid(process_, nullptr, 0);
}

void TestServer::initialize(const Options& options) {
  const auto& place = directory_.path();
  std::ofstream(place / "password") << superuser_password << "\n";
  const std::string method = options.passwords ? "scram-sha-256" : "trust";
  const pid_t process =
      run({programs_ / "initdb", "--pgdata=" + (place / "data").string(), "--username=postgres",
           "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", "--auth-local=trust",
           "--auth-host=" + method, "--pwfile=" + (place / "password").string()},
          log(), unprivileged_user(), SIGKILL);
  int status = 0;
  if (::waitpid(process, &status, 0) != process || status != 0) {
    fail("initdb of PostgreSQL failed:\n" + content_of(log()));
  }
}

bool TestServer::try_start() {
  const auto& place = directory_.path();
  std::vector<std::string> command{programs_ / "postgres", "-D", place / "data"};
  for (const std::string& setting :
       {std::string("listen_addresses=127.0.0.1"), "port=" + std::to_string(port_),
        "unix_socket_directories=" + place.string(), std::string("max_connections=60"),
        std::string("shared_buffers=64MB"), std::string("lc_messages=C"),
        // No test cuts the power, and after a kill PostgreSQL would sync the files of all tests' databases.
        std::string("fsync=off"), std::string("logging_collector=off")}) {
    command.insert(command.end(), {"-c", setting});
  }
  for (const std::string& setting : settings_) command.insert(command.end(), {"-c", setting});
  process_ = run(command, log(), unprivileged_user(), SIGQUIT);
  const auto deadline = std::chrono::steady_clock::now() + generous_limit;
  while (std::chrono::steady_clock::now() < deadline) {
    if (Connection::open(url(), WaitLimit::in(generous_limit))) return true;
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) == process_) {
      process_ = 0;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  fail("PostgreSQL does not answer:\n" + content_of(log()));
}

Url TestServer::url(const std::string& database) const {
  return url(database, "postgres", superuser_password);
}

Url TestServer::url(const std::string& database, const std::string& user, const std::string& password) const {
  return Url::parse("postgresql://" + escaped(user) + (passwords_ ? ":" + escaped(password) : "") +
                    "@127.0.0.1:" + std::to_string(port_) + "/" + database)
      .value();
}

Url TestServer::fresh_database() {
  const std::string name = "test_" + std::to_string(++databases_);
  auto connection = Connection::open(url(), WaitLimit::in(generous_limit));
  if (!connection) fail(connection.error().message);
  // Copying files is slower than writing them to the log for databases as small as these.
  auto made = connection->execute("CREATE DATABASE " + name, WaitLimit::in(generous_limit));
  if (!made) fail(made.error().message);
  return url(name);
}

void TestServer::stop() {
  if (process_ == 0) return;
  ::kill(process_, SIGINT);  // "fast": transactions are rolled back, clients sent away
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void TestServer::kill() {
  if (process_ == 0) return;
  freeze();  // or the postmaster could start another child in between
  const std::vector<pid_t> all = processes();
  for (const pid_t process : all) ::kill(process, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
  // The children are no longer ours to wait for; what they hold must be free before the next start.
  const auto deadline = std::chrono::steady_clock::now() + generous_limit;
  while (!std::ranges::all_of(all, has_ended)) {
    if (std::chrono::steady_clock::now() > deadline) fail("A killed PostgreSQL has processes left.");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void TestServer::start() {
  if (process_ == 0 && !try_start()) fail("PostgreSQL does not start again:\n" + content_of(log()));
}

// The postmaster first, so that it starts no more.
void TestServer::freeze() {
  ::kill(process_, SIGSTOP);
  for (const pid_t process : processes()) ::kill(process, SIGSTOP);
}

void TestServer::thaw() {
  for (const pid_t process : processes()) ::kill(process, SIGCONT);
}

std::vector<pid_t> TestServer::processes() const {
  std::vector<pid_t> found;
  if (process_ != 0) found.push_back(process_);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    std::from_chars(name.data(), name.data() + name.size(), process);
    if (process != 0 && process_ != 0 && status_of(process).parent == process_) found.push_back(process);
  }
  return found;
}

}  // namespace pollux::postgres
