// The command `pollux-worker replay-dead-letters`.
#pragma once

#include "worker/options.hpp"

namespace pollux {

// Records the dead letters that this version can read, each with the version that it had in the queue, and
// removes them from Redis after the commit. So it may be killed and repeated: what was recorded already
// changes nothing. Prints for a person; returns 0 if none is left, 3 if some stay (each is named with the
// reason), 1 if Redis or the database fails.
int replay_dead_letters(const WorkerProgramOptions& options);

}  // namespace pollux
