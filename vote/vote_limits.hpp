// How many votes and new voters the vote page takes from one network, and whether it takes votes of browsers
// without cookies: the settings, for both programs that serve the page.
#pragma once

#include <cstddef>

#include "config/settings.hpp"

namespace pollux::vote {

// The rates are generous, because a lecture hall may be one network. See http::NetworkLimit.
struct VoteLimits {
  // So many may come at once, in multiples of the rate of a second.
  static constexpr double burst_seconds = 100;

  std::size_t new_voters_per_second = 100;  // 0: no limit
  std::size_t votes_per_second = 500;       // likewise
  bool require_cookie = false;              // votes without the cookie of an earlier page are rejected
};

// Declares them in the current group.
void declare(config::Settings& settings, VoteLimits& limits);

}  // namespace pollux::vote
