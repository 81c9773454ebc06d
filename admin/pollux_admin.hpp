// The program `pollux-admin`: the admin pages and the HTTP API of the scaled-out system. Polls and accounts
// are in PostgreSQL; what the other services need to know is announced in Redis.
#pragma once

#include <memory>

#include "admin/program_options.hpp"
#include "base/result.hpp"
#include "lifecycle/service_program.hpp"

namespace pollux::admin {

// Waits for Redis and for a database that pollux-worker has migrated, binds the listeners and serves.
// The options and what `startup` refers to outlive the service.
Result<std::unique_ptr<lifecycle::Service>> start(const ProgramOptions& options, lifecycle::Startup& startup);

// The command `reset-password`. Returns the exit status.
int reset_password(const ProgramOptions& options);

}  // namespace pollux::admin
