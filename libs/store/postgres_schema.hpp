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

namespace pollux {

// The first half of the keys of our advisory locks, "Polx"; the second half is a slot of tallies (0 to 64) or
// the number below.
inline constexpr int postgres_lock_class = 0x506F6C78;
inline constexpr int postgres_migration_lock = 1000;

struct PostgresMigrated {
  std::vector<std::string> applied;  // the names of the migrations, none where nothing was missing
  std::vector<std::string> remarks;  // what somebody should know or do, in sentences
};

// Applies the migrations that the database does not have, all in one transaction. Of several programs that do
// so at once one does it and the others wait for it. Where nothing is missing the user needs no right to
// change the schema. A database that a newer version of this program has migrated further is `invalid`.
Result<PostgresMigrated> migrate(PostgresConnection& connection, std::span<const Migration> migrations,
                                 const WaitLimit& limit);

// The same on a connection of its own, to the schema of this program. A database full of votes of the example
// voting app takes a while.
Result<PostgresMigrated> migrate_postgres(const std::string& url,
                                          std::chrono::milliseconds limit = std::chrono::minutes(10));

}  // namespace pollux
