// Brings a PostgreSQL database to the schema of this program. The table pollux_schema has a row for each
// migration that was applied; the other tables and what they mean are in migrations/postgres.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "postgres/connection.hpp"
#include "store/migrations.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

// The first half of the keys of our advisory locks, "Polx"; the second half is a slot of tallies (0 to 64) or
// the number below.
inline constexpr int postgres_lock_class = 0x506F6C78;
inline constexpr int postgres_migration_lock = 1000;

struct PostgresMigrated {
  std::vector<std::string> applied;  // the names of the migrations, none where nothing was missing
  std::vector<std::string> remarks;  // what somebody should know or do, in sentences
};

struct PostgresMigration {
  // For the server to answer and for another program that migrates. Its interrupt ends `applying`, too.
  WaitLimit waiting;
  // For the migrations themselves. A database full of votes of the example voting app takes a while.
  std::chrono::milliseconds applying{600'000};
  PostgresProgress progress{};
};

// Applies the migrations that the database does not have, all in one transaction. Of several programs that do
// so at once one does it and the others wait for it. Where nothing is missing the user needs no right to
// change the schema. A database that a newer version of this program has migrated further is `invalid`.
Result<PostgresMigrated> migrate(postgres::Connection& connection, std::span<const Migration> migrations,
                                 const PostgresMigration& how);

// The same on a connection of its own, to the schema of this program.
Result<PostgresMigrated> migrate_postgres(const postgres::Url& url, const PostgresMigration& how);

}  // namespace pollux::store
