// Checks all tallies of a PostgreSQL database against its votes, and repairs them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"
#include "store/postgres_schema.hpp"

namespace pollux::store {

// A count that is not the number of recorded votes. Text as stored, because a damaged row may hold anything.
struct TallyDifference {
  std::string poll;
  std::string selection;
  std::string tally;  // a decimal number, possibly negative
  std::uint64_t recorded = 0;
};

struct PostgresRecount {
  WaitLimit connecting;  // its interrupt also ends `counting`
  std::chrono::milliseconds counting{1'800'000};
  Progress progress{};

  WaitLimit counting_limit() const {
    return {std::chrono::steady_clock::now() + counting, connecting.interrupt};
  }
};

// Compares the tally of each poll with its recorded votes, at one moment, while workers continue. Sorted by
// poll and selection, byte by byte; empty if all tallies are right.
Result<std::vector<TallyDifference>> recount_postgres(const postgres::Url& url, const PostgresRecount& how);

// The same, and corrects the tallies, in one transaction that makes all writers wait: a batch that waits
// longer than its timeout fails as `unavailable` and is recorded later. The versions of the tallies grow.
// Returns what was wrong; publishing the changed polls is up to the caller.
Result<std::vector<TallyDifference>> repair_postgres(const postgres::Url& url, const PostgresRecount& how);

}  // namespace pollux::store
