// The settings that say what is voted on: the same for every program that shows the poll.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/poll.hpp"
#include "service/settings.hpp"

namespace pollux {

struct PollOptions {
  std::vector<std::string> option_labels{"Cats", "Dogs"};
  std::string question;  // empty: made from the labels

  // The poll `default`, which is the one that these settings can tell of.
  Result<Poll> make_poll() const;
};

// Declares them in the group "Poll".
void declare(Settings& settings, PollOptions& options);

}  // namespace pollux
