// Brings a PostgreSQL database to the schema of this program. The table pollux_schema has a row for each
// migration that was applied; migrations/postgres has the other tables.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/wait_limit.hpp"
#include "postgres/connection.hpp"
#include "store/migrations.hpp"

namespace pollux::store {

// The first half of the keys of our advisory locks, "Polx"; the second half is a slot of tallies (0 to 64) or
// one of the numbers below.
inline constexpr int postgres_lock_class = 0x506F6C78;
inline constexpr int postgres_migration_lock = 1000;
inline constexpr int postgres_poll_creation_lock = 1001;
inline constexpr int postgres_accounts_lock = 1002;

// Called on the thread of a command when it begins to wait for something else; the argument completes
// "Waiting …". May be empty.
using Progress = std::function<void(const std::string& what)>;
inline void report(const Progress& progress, const std::string& what) {
  if (progress) progress(what);
}

struct PostgresMigrated {
  std::vector<std::string> applied;  // the names of the migrations; empty if none was missing
  std::vector<std::string> remarks;  // messages of the migrations for the operator
};

struct PostgresMigration {
  // For the server, and for another program that migrates. Its interrupt also ends `applying`.
  WaitLimit waiting;
  // For the migrations themselves. A database full of votes of example-voting-app takes a while.
  std::chrono::milliseconds applying{600'000};
  Progress progress{};
};

// Applies the missing migrations, all in one transaction. Of several programs that migrate at once, one does
// it and the others wait. If none is missing, the user needs no right to change the schema. `invalid` if a
// newer version of this program has migrated the database further.
Result<PostgresMigrated> migrate(postgres::Connection& connection, std::span<const Migration> migrations,
                                 const PostgresMigration& how);

// For programs that do not migrate: `unavailable` while migrations of this program are missing, `invalid` if
// a newer version has migrated the database further.
Result<void> check_postgres_schema(postgres::Connection& connection, const WaitLimit& limit);

// migrate() on a connection of its own, to the schema of this program.
Result<PostgresMigrated> migrate_postgres(const postgres::Url& url, const PostgresMigration& how);

}  // namespace pollux::store
