// For tests: a PostgreSQL of its own, with its own directory and port.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/testing/temporary_directory.hpp"
#include "postgres/url.hpp"

namespace pollux::postgres {

// The newest server of /usr/lib/postgresql, on 127.0.0.1 and a free port. PostgreSQL refuses to run as root,
// so for root it runs as the user postgres. Ends with the object, or with the test if that is killed. Every
// failure is a std::runtime_error that says what is missing. One thread.
class TestServer {
 public:
  struct Options {
    bool passwords = false;  // ask for them (scram-sha-256) over TCP, otherwise everybody is let in
    std::vector<std::string> settings;  // as "name=value", beyond those for tests
  };

  TestServer() : TestServer(Options{}) {}
  explicit TestServer(const Options& options);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  // As the superuser "postgres", whose password is superuser_password where passwords are asked for.
  Url url(const std::string& database = "postgres") const;
  // The same server as another user.
  Url url(const std::string& database, const std::string& user, const std::string& password) const;
  static constexpr const char* superuser_password = "the p@ssword of: tests/";

  Url fresh_database();  // the URL of a new, empty one

  void stop();    // shuts down; what was committed is on disk, clients are sent away
  void kill();    // as a crash: SIGKILL to the server and each process of it
  void start();   // again, on the same port, after stop() or kill()
  void freeze();  // SIGSTOP to all of its processes: it holds its connections and answers nothing
  void thaw();

  int port() const { return port_; }
  pid_t process() const { return process_; }
  std::filesystem::path log() const { return directory_.path() / "log"; }

 private:
  void initialize(const Options& options);
  bool try_start();
  std::vector<pid_t> processes() const;  // the postmaster first

  TemporaryDirectory directory_;
  std::filesystem::path programs_;
  std::vector<std::string> settings_;
  bool passwords_ = false;
  int port_ = 0;
  pid_t process_ = 0;
  int databases_ = 0;
};

}  // namespace pollux::postgres
