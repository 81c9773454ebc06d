// For tests: a real redis-server on a free port of the loopback, with its files in a temporary directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/testing/temporary_directory.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace pollux::redis::testing {

// Every function returns once it is done, within ten seconds, or throws std::runtime_error with a message and
// the server's log. The server ends with the thread that started it, even if that is killed.
class RedisServer {
 public:
  // with_tls: also listens on tls_port(), with the certificates that the arguments name. sentinel: the first
  // argument is the configuration of a Sentinel.
  enum Kind { plain, with_tls, sentinel };

  // `arguments` as on redis-server's command line, such as {"--appendonly", "yes"}. Without them nothing is
  // persisted. A "--requirepass" becomes the password of url().
  explicit RedisServer(std::vector<std::string> arguments = {}, Kind kind = plain);
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  Url url() const;
  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path socket_path() const { return directory_.path() / "redis.sock"; }

  void stop();    // as a service manager does (SIGTERM): saves what its configuration says
  void kill();    // SIGKILL
  void start();   // again, on the same port and data
  void freeze();  // SIGSTOP: connections stay, nothing is answered
  void thaw();

  // One command on a connection of its own, as user `default`. Throws if there is no answer; an error
  // reply is a Reply.
  Reply command(const std::vector<std::string>& words) const;

 private:
  bool launch();  // false if the port was taken meanwhile
  bool answers() const;
  bool has_ended();
  void end(int signal);
  [[noreturn]] void fail(const std::string& what) const;

  TemporaryDirectory directory_;
  std::vector<std::string> arguments_;
  std::string password_;
  Kind kind_ = plain;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  pid_t process_ = -1;
};

}  // namespace pollux::redis::testing
