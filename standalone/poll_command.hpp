// The command `pollux poll …`: polls of a running program, by its HTTP API.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pollux::standalone {

// `arguments` are those after `poll`. Returns the exit status: 0 if it was done; 1 if the program can't be
// reached, or has failed; 2 for invalid usage; 3 if the API has rejected it. What was asked for goes to
// `out`, everything else to `err`. Blocks.
int poll_command(const std::vector<std::string>& arguments, const config::Environment& environment,
                 std::ostream& out, std::ostream& err);

// For `pollux --log-level debug poll …`: says that `poll` must come first. Returns the exit status.
int poll_comes_first();

}  // namespace pollux::standalone
