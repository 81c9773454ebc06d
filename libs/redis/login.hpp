// How a new connection to Redis begins, whichever client made it.
#pragma once

#include <string>
#include <vector>

#include "redis/encoded_command.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// The commands that log in and select the database, in order; none if the URL asks for neither. Each must be
// answered without an error. They hold the password: never log them.
inline std::vector<EncodedCommand> login_commands(const Url& url) {
  std::vector<EncodedCommand> commands;
  if (!url.user.empty()) {
    commands.push_back({"AUTH", url.user, url.password});
  } else if (!url.password.empty()) {
    commands.push_back({"AUTH", url.password});
  }
  if (url.database != 0) commands.push_back({"SELECT", std::to_string(url.database)});
  return commands;
}

}  // namespace pollux::redis
