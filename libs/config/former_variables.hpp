// Names that settings had in the environment before they all began with POLLUX_. Still read in this version,
// with a warning.
#pragma once

#include <vector>

#include "config/settings.hpp"

namespace pollux::config {

// Of all programs; a name whose setting a program does not have means nothing to it.
std::vector<FormerVariable> former_variables();

// These, and those of the vote page that were replaced by the public addresses.
std::vector<FormerVariable> former_vote_page_variables();

}  // namespace pollux::config
