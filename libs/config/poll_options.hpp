// The settings of the poll, shared by all programs that show it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/secret.hpp"
#include "config/settings.hpp"
#include "poll/poll.hpp"

namespace pollux::config {

struct PollOptions {
  std::vector<std::string> option_labels{"Cats", "Dogs"};
  std::string question;  // empty: made from the labels

  // A run of the poll `default`.
  Result<poll::Poll> make_poll(std::uint32_t run = 1) const;
};

poll::PollId default_poll();

// Declares --run, the run for the services of a cluster, in the group "Poll".
void declare_run(Settings& settings, std::uint32_t& run);
// Declares --keep-run, which has no variable.
void declare_keep_run(Settings& settings, bool& keep_run);

// Declares --pass-secret, in the group "Poll": what signs passes to results (poll/results_pass.hpp), for the
// services of a cluster.
void declare_pass_secret(Settings& settings, Secret& secret);

// Declares them in the group "Poll", with a check that they make a valid poll.
void declare(Settings& settings, PollOptions& options);

}  // namespace pollux::config
