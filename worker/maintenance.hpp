// What `pollux-worker` does for a command instead of working. Each prints for a person and returns the exit
// status.
#pragma once

#include "worker/options.hpp"

namespace pollux {

int migrate_database(const WorkerProgramOptions& options);
int recount_votes(const WorkerProgramOptions& options);

}  // namespace pollux
