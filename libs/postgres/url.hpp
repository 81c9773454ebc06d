// Where a database is and how to log in, as libpq writes it:
// postgresql://user:password@host:5432/name?sslmode=verify-full or "host=… dbname=…"
// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pollux {

// A value; any thread. What it does not say comes from the environment (PGHOST and so on), as in libpq.
class PostgresUrl {
 public:
  // One of the servers that the URL names. An empty part is libpq's default.
  struct Server {
    std::string host;     // a name, an address, or the directory of a Unix socket
    std::string address;  // hostaddr: connect to this one, whatever the host's name resolves to
    std::string port;
  };

  // The error is `invalid`: it says which part is wrong and how that is written. No part of `text` is in it,
  // because the part that is wrong may be a piece of the password.
  static Result<PostgresUrl> parse(std::string_view text);

  // In place of the one in the URL.
  void set_password(std::string password) { parameters_["password"] = std::move(password); }

  // For logs and messages: postgresql://user@host:port/name, with all hosts where it names several.
  const std::string& text() const { return text_; }

  // In the order in which they are to be tried, at least one. The only one is empty where the host comes from
  // a service file.
  const std::vector<Server>& servers() const { return servers_; }

  // libpq's other parameters, those alone that the URL gives. Holds the password.
  const std::map<std::string, std::string>& parameters() const { return parameters_; }

  // Of a parameter, as libpq will see it: of the URL, else of the environment, else its default.
  std::string parameter(const std::string& name) const;

 private:
  PostgresUrl() = default;

  std::string text_;
  std::vector<Server> servers_;
  std::map<std::string, std::string> parameters_;
};

}  // namespace pollux
