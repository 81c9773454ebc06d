// The settings of the program `pollux`.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "admin/options.hpp"
#include "config/poll_options.hpp"
#include "config/public_addresses.hpp"
#include "config/service_options.hpp"
#include "config/settings.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "result/result_page_options.hpp"
#include "vote/page_options.hpp"
#include "vote/vote_limits.hpp"
#include "worker/worker.hpp"

namespace pollux::standalone {

struct Options {
  config::PollOptions poll;
  bool new_run = false;
  bool keep_run = false;
  bool yes = false;     // for `reset`
  std::string account;  // for `reset-password`

  http::Endpoint vote_listen{"127.0.0.1", 8080};
  vote::PageOptions vote_page;
  vote::VoteLimits vote_limits;
  bool results_after_vote = true;
  result::ResultPageOptions result;
  admin::AdminOptions admin;
  config::PublicAddresses addresses;

  std::filesystem::path database = "data/pollux.db";
  std::size_t queue_capacity = queue::InProcessVoteQueue::Options().capacity;
  std::size_t max_batch = worker::Worker::Options().max_batch;

  config::NetworkOptions network{.listeners = 3};
  config::ServiceOptions service{.tracing = {.program = "pollux"}};
};

// The path of the file with the key of the voters' cookies.
std::filesystem::path key_beside(const std::filesystem::path& database);
// And of the one with the key before it, whose cookies are accepted as long as the file exists.
std::filesystem::path previous_key_beside(const std::filesystem::path& database);

// Declares every setting; `options` outlives the settings.
void declare(config::Settings& settings, Options& options);

}  // namespace pollux::standalone
