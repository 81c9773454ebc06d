// The program `pollux-vote`: the vote page, in front of a queue in Redis.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "lifecycle/service_program.hpp"
#include "vote/options.hpp"

namespace pollux::vote {

// Gets the voters' key, binds the listeners and serves.
// The options and what `startup` refers to outlive the service.
Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup);

}  // namespace pollux::vote
