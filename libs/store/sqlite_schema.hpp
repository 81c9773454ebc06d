// Brings a SQLite database to the schema of this program. The file itself says whose it is (PRAGMA
// application_id) and how far it came (PRAGMA user_version: the number of its last migration).
#pragma once

#include <filesystem>
#include <span>

#include "base/result.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"

namespace pollux::store {

// "Polx", in the file's header.
inline constexpr int sqlite_application_id = 0x506F6C78;

// Applies the migrations that the database does not have, all in one transaction. Refuses, without a change,
// a database that belongs to another program or that a newer version of this one has migrated further. `path`
// is for messages.
Result<void> migrate(SqliteConnection& connection, std::span<const Migration> migrations,
                     const std::filesystem::path& path);

}  // namespace pollux::store
