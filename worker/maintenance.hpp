// The commands of `pollux-worker`. Each prints for a person and returns the exit status.
#pragma once

#include "worker/options.hpp"

namespace pollux::worker {

int migrate_database(const WorkerProgramOptions& options);
int recount_votes(const WorkerProgramOptions& options);

// Records the dead letters that this version can read, each with its version in the queue, and removes them
// from Redis after the commit. May be killed and repeated: votes that are recorded already change nothing.
// Returns 0 if none is left, 3 if some remain (each is printed with the reason), 1 if Redis or the database
// fails.
int replay_dead_letters(const WorkerProgramOptions& options);

}  // namespace pollux::worker
