// The check on all tallies of a PostgreSQL database, and their repair.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/url.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

// Where a tally is not what counting the recorded votes gives. Text as the database has it, since what is
// damaged may hold anything.
struct TallyDifference {
  std::string poll;
  std::string selection;
  std::string tally;  // a decimal number, perhaps below zero
  std::uint64_t recorded = 0;
};

struct PostgresRecount {
  WaitLimit connecting;  // its interrupt ends `counting`, too
  std::chrono::milliseconds counting{1'800'000};
  PostgresProgress progress{};

  WaitLimit counting_limit() const {
    return {std::chrono::steady_clock::now() + counting, connecting.interrupt};
  }
};

// Compares the tally of each poll with its recorded votes, at one moment; workers go on meanwhile. In the
// order of poll and selection, byte by byte; empty where all is well.
Result<std::vector<TallyDifference>> recount_postgres(const postgres::Url& url, const PostgresRecount& how);

// The same, and makes the tallies right, in one transaction that keeps all writers waiting: a batch that
// waits longer than its timeout fails as `unavailable` and is recorded later. The versions of the tallies
// grow and followers are notified. Returns what was wrong.
Result<std::vector<TallyDifference>> repair_postgres(const postgres::Url& url, const PostgresRecount& how);

}  // namespace pollux::store
