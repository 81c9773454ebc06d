// The address of a database and the login, in libpq's format:
// postgresql://user:password@host:5432/name?sslmode=verify-full or "host=… dbname=…"
// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pollux::postgres {

// A value; any thread. Missing parts come from the environment (PGHOST and so on), as in libpq.
class Url {
 public:
  // One of the servers of the URL. An empty part is libpq's default.
  struct Server {
    std::string host;     // a name, an address, or the directory of a Unix socket
    std::string address;  // hostaddr: used instead of resolving the host
    std::string port;
  };

  // The error is `invalid` and says which part is wrong and how to write it. It quotes nothing of `text`: the
  // wrong part may be a piece of the password.
  static Result<Url> parse(std::string_view text);

  // Replaces the one in the URL.
  void set_password(std::string password) { parameters_["password"] = std::move(password); }

  // For logs and messages: postgresql://user@host:port/name, with all hosts if there are several.
  const std::string& text() const { return text_; }

  // In the order in which to try them, at least one. If the host comes from a service file, a single empty
  // one.
  const std::vector<Server>& servers() const { return servers_; }

  // libpq's other parameters, only those that the URL gives. Includes the password.
  const std::map<std::string, std::string>& parameters() const { return parameters_; }

  // The value of a parameter for libpq: from the URL, else the environment, else its default.
  std::string parameter(const std::string& name) const;

 private:
  Url() = default;

  std::string text_;
  std::vector<Server> servers_;
  std::map<std::string, std::string> parameters_;
};

}  // namespace pollux::postgres
