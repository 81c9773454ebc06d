// The settings that say what is voted on: the same for every program that shows the poll.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "poll/poll.hpp"

namespace pollux::config {

struct PollOptions {
  std::vector<std::string> option_labels{"Cats", "Dogs"};
  std::string question;  // empty: made from the labels

  // A run of the poll `default`, which is the one that these settings can tell of.
  Result<poll::Poll> make_poll(std::uint32_t run = 1) const;
};

poll::PollId default_poll();

// Declares --run, the run that the services of a cluster vote in, in the group "Poll".
void declare_run(Settings& settings, std::uint32_t& run);
// Declares --keep-run, which has no variable.
void declare_keep_run(Settings& settings, bool& keep_run);

// Declares them in the group "Poll", and checks that they make a poll.
void declare(Settings& settings, PollOptions& options);

}  // namespace pollux::config
