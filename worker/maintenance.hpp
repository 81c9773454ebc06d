// What `pollux-worker` does for a command instead of working. Each prints for a person and returns the exit
// status.
#pragma once

#include "worker/options.hpp"

namespace pollux::worker {

int migrate_database(const WorkerProgramOptions& options);
int recount_votes(const WorkerProgramOptions& options);

// Records the dead letters that this version can read, each with the version that it had in the queue, and
// removes them from Redis after the commit. So it may be killed and repeated: what was recorded already
// changes nothing. Prints for a person; returns 0 if none is left, 3 if some stay (each is named with the
// reason), 1 if Redis or the database fails.
int replay_dead_letters(const WorkerProgramOptions& options);

}  // namespace pollux::worker
