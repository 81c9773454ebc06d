// The program `pollux-worker`: from the streams in Redis to PostgreSQL.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "lifecycle/service_program.hpp"
#include "worker/options.hpp"

namespace pollux::worker {

// Opens the database, migrates it and works.
// The options and what `startup` refers to outlive the service.
Result<std::unique_ptr<lifecycle::Service>> start(const WorkerProgramOptions& options,
                                                  lifecycle::Startup& startup);

}  // namespace pollux::worker
