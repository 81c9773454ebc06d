// The run of the poll that the program continues, and the command that deletes all runs.
#pragma once

#include "base/result.hpp"
#include "poll/poll.hpp"
#include "standalone/options.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/log.hpp"

namespace pollux::standalone {

// The poll of the settings, with the id of its run, which is recorded with the question. If the database has
// votes for another question, the error lists the alternatives.
Result<poll::Poll> poll_of_run(const Options& options, store::SqliteVoteStore& store, telemetry::Log& log);

// The command `reset`: prints what it deletes, and deletes it with --yes. Returns the exit status.
int reset(const Options& options);

}  // namespace pollux::standalone
