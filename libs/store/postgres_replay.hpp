// What a replay of recorded votes needs from a database that has lost its newest commits.
#pragma once

#include <set>
#include <string>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"

namespace pollux::store {

// Both connect, and wait for `limit` at most. The schema must be that of this version.

// The ids of all runs whose votes must not be recorded again: they were or will be deleted, because people
// have removed the poll or because it does not keep its votes any longer.
Result<std::set<std::string>> removed_runs_postgres(const postgres::Url& url, const WaitLimit& limit);

// Viewers ignore a tally whose version is lower than that of the last one. This raises the versions of all
// tallies above those that they may have seen before the database lost its newest commits, so that they get
// what is recorded now.
Result<void> raise_tally_versions_postgres(const postgres::Url& url, const WaitLimit& limit);

}  // namespace pollux::store
