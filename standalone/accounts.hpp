// Who makes polls: the stores of the admin service on the database, and the command for a lost password.
#pragma once

#include "admin/services.hpp"
#include "base/result.hpp"
#include "standalone/options.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::standalone {

// For one thread, on connections of its own. `store` outlives them.
Result<admin::Stores> open_admin_stores(const store::SqliteVoteStore& store);

// The command `reset-password`: gives the account a new password, and prints it. Returns the exit status.
int reset_password(const Options& options);

}  // namespace pollux::standalone
