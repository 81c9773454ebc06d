// Who makes polls: the stores of the admin service on the database, and the command for a lost password.
#pragma once

#include "admin/managed_polls.hpp"
#include "admin/services.hpp"
#include "base/result.hpp"
#include "standalone/options.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/log.hpp"

namespace pollux::standalone {

// For one thread, on connections of its own. `store` outlives them.
Result<admin::Stores> open_admin_stores(const store::SqliteVoteStore& store);

// Records changes by the schedule in the audit log, for one thread, on a connection of its own. One that
// can't be recorded is logged. `store` and `log` outlive it.
Result<admin::ManagedPolls::OnScheduled> open_schedule_log(const store::SqliteVoteStore& store,
                                                           telemetry::Log& log);

// The command `reset-password`: gives the account a new password, and prints it. Returns the exit status.
int reset_password(const Options& options);

}  // namespace pollux::standalone
