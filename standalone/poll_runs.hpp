// Which run of the poll the program goes on with, and the command that deletes all of them.
#pragma once

#include "base/result.hpp"
#include "poll/poll.hpp"
#include "standalone/options.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/log.hpp"

namespace pollux::standalone {

// The poll of the settings, with the id of the run that its votes belong to, which is recorded with its
// question. The error names the ways out if the database has votes for something else.
Result<poll::Poll> poll_of_run(const Options& options, const store::SqliteVoteStore& store,
                               telemetry::Log& log);

// The command `reset`. Says what it deletes, and deletes it with --yes. Gives the exit status.
int reset(const Options& options);

}  // namespace pollux::standalone
