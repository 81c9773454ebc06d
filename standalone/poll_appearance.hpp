// What the commands `theme` and `logo` of `pollux poll` send.
#pragma once

#include <string>

#include "base/result.hpp"
#include "standalone/poll_options.hpp"

namespace pollux::standalone {

// {"accent":"#1d4ed8","scheme":"dark"}: what the options name. Empty if they name nothing.
std::string theme_in(const PollOptions& options);

// {"image":"iVBORw0KGgo=","alt":"City school"}: what the options name. `invalid`, with a message for people,
// if they name nothing, or if the file can't be read or has no image that the API takes.
Result<std::string> logo_in(const PollOptions& options);

}  // namespace pollux::standalone
