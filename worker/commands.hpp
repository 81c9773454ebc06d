// The commands of `pollux-worker`: they run instead of the service, print for a person and return the exit
// status. If the database does not answer, they wait for --start-wait at most.
#pragma once

#include "worker/options.hpp"

namespace pollux::worker {

// Migrates the database to the schema of this version, as a start does. Returns 0, or 1 after a failure.
int migrate_database(const WorkerProgramOptions& options);

// Prints the tallies that do not match the recorded votes, and with --repair corrects and publishes them.
// Returns 0 if there are none or they were repaired, 1 otherwise. Workers may be running.
int recount_votes(const WorkerProgramOptions& options);

// Records the votes that are still in the streams, each under its version, for a database that was restored
// or has lost its newest commits. Votes that people or their poll have deleted are skipped. With --dry-run
// only counts them. May be killed and repeated. Returns 0 if all are recorded, 3 if some cannot be (each is
// printed with the reason), 1 if Redis or the database fails.
int replay_recorded_votes(const WorkerProgramOptions& options);

// Records the dead letters that this version can read, each under the version that it had in the queue, and
// removes them from Redis after the commit. With --dry-run only prints what it would do. May be killed and
// repeated: votes that are recorded already change nothing. Returns 0 if none is left, 3 if some remain (each
// is printed with the reason), 1 if Redis or the database fails.
int replay_dead_letters(const WorkerProgramOptions& options);

}  // namespace pollux::worker
