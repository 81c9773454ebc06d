#include "store/sqlite_schema.hpp"

#include <string>

namespace pollux::store {
namespace {

Result<void> check_owner(SqliteConnection& connection, const std::filesystem::path& path) {
  const auto application = connection.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = connection.number("SELECT COUNT(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool empty = *application == 0 && *tables == 0;
  if (empty || *application == sqlite_application_id) return {};
  return invalid("The database " + path.string() + " belongs to another program. Use another file.");
}

Result<void> apply(SqliteConnection& connection, std::span<const Migration> migrations) {
  for (const Migration& migration : migrations) {
    if (auto done = connection.execute(std::string(migration.sql)); !done) return done.error();
    if (auto done = connection.execute("PRAGMA user_version = " + std::to_string(migration.number)); !done)
      return done.error();
  }
  return connection.execute("PRAGMA application_id = " + std::to_string(sqlite_application_id));
}

}  // namespace

Result<void> migrate(SqliteConnection& connection, std::span<const Migration> migrations,
                     const std::filesystem::path& path) {
  auto transaction = SqliteTransaction::begin(connection);
  if (!transaction) return transaction.error();
  if (auto done = check_owner(connection, path); !done) return done.error();
  const auto applied = connection.number("PRAGMA user_version");
  if (!applied) return applied.error();
  const auto count = static_cast<std::int64_t>(migrations.size());
  if (*applied < 0 || *applied > count) {
    return invalid("The database " + path.string() +
                   " was written by a newer version of this program (its schema is " +
                   std::to_string(*applied) + ", this version knows " + std::to_string(count) +
                   "). Run that version, or use another database.");
  }
  if (*applied == count) return {};
  if (auto done = apply(connection, migrations.subspan(static_cast<std::size_t>(*applied))); !done)
    return done.error();
  return transaction->commit();
}

}  // namespace pollux::store
