// Which run of the poll the program continues at its start, and the command that deletes all runs. In a
// cluster, queue/redis_agreement.hpp and lifecycle/agreement.hpp decide
// (docs/adr/0025-votes-belong-to-a-run.md).
#pragma once

#include "base/result.hpp"
#include "poll/poll.hpp"
#include "standalone/options.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/log.hpp"

namespace pollux::standalone {

// The poll of the settings, with the id of its run: the newest run in the database, or the next one with
// --new-run. The question is recorded with the run. If the run has votes for another question, the error
// (`invalid`) lists the alternatives.
Result<poll::Poll> poll_of_run(const Options& options, store::SqliteVoteStore& store, telemetry::Log& log);

// The command `reset`: prints what it would delete, and with --yes deletes it. Returns the exit status: 0 if
// nothing is left to delete, 1 without --yes or after a failure.
int reset(const Options& options);

}  // namespace pollux::standalone
