#include "store/postgres_schema.hpp"

#include <cstdint>
#include <utility>

#include "postgres/session.hpp"

namespace pollux::store {
namespace {

// The number of the last migration that was applied; 0 if there is none.
Result<std::int64_t> applied_to(postgres::Connection& connection, const WaitLimit& limit) {
  const auto known = connection.execute("SELECT to_regclass('pollux_schema') IS NOT NULL", limit);
  if (!known) return known.error();
  if (!known->truth(0, 0)) return 0;
  const auto last = connection.execute("SELECT max(number) FROM pollux_schema", limit);
  if (!last) return last.error();
  return last->number(0, 0);
}

Error lock_error(const postgres::Connection& connection, const Error& error) {
  // The connection was closed at the limit. The server answered before, so the lock was not available.
  if (connection.usable()) return error;
  return unavailable("The database " + connection.database() +
                     " is being migrated by another program, or does not answer. Try it again later.");
}

Result<void> begin(postgres::Connection& connection, const WaitLimit& limit) {
  // A statement must see what was committed while this one waited for the lock.
  auto done = connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED", limit);
  if (!done) return done.error();
  done = connection.execute("SELECT pg_advisory_xact_lock($1::int, $2::int)",
                            postgres::Parameters()
                                .add(std::int64_t{postgres_lock_class})
                                .add(std::int64_t{postgres_migration_lock}),
                            limit);
  if (!done) return lock_error(connection, done.error());
  done = connection.execute(R"sql(
    CREATE TABLE IF NOT EXISTS pollux_schema (
      number     integer PRIMARY KEY,
      name       text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    ))sql",
                            limit);
  if (!done) return done.error();
  return {};
}

Result<void> apply(postgres::Connection& connection, const Migration& migration, const WaitLimit& limit) {
  auto done = connection.execute(std::string(migration.sql), limit);
  if (!done) return done.error();
  done = connection.execute("INSERT INTO pollux_schema (number, name) VALUES ($1, $2)",
                            postgres::Parameters().add(std::int64_t{migration.number}).add(migration.name),
                            limit);
  if (!done) return done.error();
  return {};
}

Result<std::vector<std::string>> apply_missing(postgres::Connection& connection,
                                               std::span<const Migration> migrations,
                                               const PostgresMigration& how) {
  report(how.progress, "for the lock of the database " + connection.database() +
                           ", which one program at a time may migrate");
  if (auto begun = begin(connection, how.waiting); !begun) return begun.error();
  (void)connection.take_notices();  // the table exists
  const auto applied = applied_to(connection, how.waiting);
  if (!applied) return applied.error();
  if (auto known = check_schema_not_newer(connection.database(), *applied, migrations.size()); !known)
    return known.error();
  const WaitLimit limit{std::chrono::steady_clock::now() + how.applying, how.waiting.interrupt};
  std::vector<std::string> names;
  for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(*applied))) {
    report(how.progress,
           "for the migration " + std::string(migration.name) + " of the database " + connection.database());
    if (auto done = apply(connection, migration, limit); !done) return done.error();
    names.emplace_back(migration.name);
  }
  if (auto done = connection.execute("COMMIT", limit); !done) return done.error();
  return names;
}

}  // namespace

Result<PostgresMigrated> migrate(postgres::Connection& connection, std::span<const Migration> migrations,
                                 const PostgresMigration& how) {
  report(how.progress, "for the database " + connection.database() + " to answer");
  const auto applied = applied_to(connection, how.waiting);
  if (!applied) return applied.error();
  if (auto known = check_schema_not_newer(connection.database(), *applied, migrations.size()); !known)
    return known.error();
  if (*applied == static_cast<std::int64_t>(migrations.size())) return PostgresMigrated{};
  (void)connection.take_notices();
  auto names = apply_missing(connection, migrations, how);
  if (!names) {
    if (connection.usable()) (void)connection.execute("ROLLBACK", how.waiting);
    return names.error();
  }
  return PostgresMigrated{.applied = std::move(*names), .remarks = connection.take_notices()};
}

Result<void> check_postgres_schema(postgres::Connection& connection, const WaitLimit& limit) {
  const auto applied = applied_to(connection, limit);
  if (!applied) return applied.error();
  const std::size_t known = postgres_migrations().size();
  if (auto checked = check_schema_not_newer(connection.database(), *applied, known); !checked) return checked;
  if (*applied == static_cast<std::int64_t>(known)) return {};
  return unavailable("The database " + connection.database() +
                     " does not have the schema of this version yet. pollux-worker migrates it when it "
                     "starts, or `pollux-worker migrate`.");
}

Result<PostgresMigrated> migrate_postgres(const postgres::Url& url, const PostgresMigration& how) {
  report(how.progress, "for the database " + url.text() + " to answer");
  auto connection = postgres::open_session(url, how.waiting);
  if (!connection) return connection.error();
  return migrate(*connection, postgres_migrations(), how);
}

}  // namespace pollux::store
