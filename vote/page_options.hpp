// The settings of the vote page, for both programs that serve it.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace pollux::vote {

struct PageOptions {
  // The vote page of example-voting-app shows the host, and its tests expect it, so it is shown by default.
  bool show_host_name = true;

  // For PageContext::host_name: the name of this host, or empty if it is not to be shown.
  std::string host_name() const;
};

// Declares them in the current group.
void declare(config::Settings& settings, PageOptions& options);

}  // namespace pollux::vote
