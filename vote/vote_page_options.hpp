// The settings of the vote page, in whatever program it is served.
#pragma once

#include <string>
#include <vector>

#include "http/server.hpp"
#include "service/settings.hpp"

namespace pollux::vote {

struct VotePageOptions {
  http::Endpoint listen;
  std::vector<std::string> allowed_origins;
  bool secure_cookies = false;
  std::string results_url;  // empty: the same host, the result page's port
};

// Declares them in the group "Vote page"; `listen_name` is what the program calls where it listens.
void declare(Settings& settings, VotePageOptions& options, const std::string& listen_name);

}  // namespace pollux::vote
