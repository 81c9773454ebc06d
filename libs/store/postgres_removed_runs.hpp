// Which votes must not be recorded again: those that were deleted, because people have removed their poll or
// because it does not keep them any longer.
#pragma once

#include <set>
#include <string>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"

namespace pollux::store {

// The ids of all runs whose votes were or will be deleted. Connects; waits for `limit` at most. The schema
// must be that of this version.
Result<std::set<std::string>> removed_runs_postgres(const postgres::Url& url, const WaitLimit& limit);

}  // namespace pollux::store
