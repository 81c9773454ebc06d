#include "store/sqlite_connection.hpp"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "base/wait_limit.hpp"

namespace pollux::store {
namespace {

// `code` is an extended result code (https://www.sqlite.org/rescode.html); `detail` is SQLite's own message.
Error sqlite_error(int code, std::string_view path, std::string_view detail) {
  const std::string database = "The database " + std::string(path);
  switch (code & 0xFF) {  // the primary result code
    case SQLITE_FULL:
      return unavailable(database +
                         " can't grow: its disk is full, or its size limit is reached. Make room for it.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(database +
                         " is in use by another program. Stop that program or use another database.");
    case SQLITE_IOERR:
      return unavailable(database + " could not be read or written (" + std::string(detail) +
                         "). Check the disk and the system's log.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return unavailable(database + " can't be written. Give this user write access to the file and its " +
                         "directory, or use another database.");
    case SQLITE_NOMEM:
      return unavailable(database + " is out of memory.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::internal, database + " is damaged or not a database (" + std::string(detail) +
                                       "). Restore a backup, or use another one."};
    default:
      return {ErrorCode::internal, database + " failed: " + std::string(detail) + "."};
  }
}

Error last_error(sqlite3* connection) {
  const char* path = sqlite3_db_filename(connection, "main");
  return sqlite_error(sqlite3_extended_errcode(connection), path == nullptr ? "" : path,
                      sqlite3_errmsg(connection));
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer, which an empty view may have, would be NULL.
  const char* const bytes = text.empty() ? "" : text.data();
  const int code = sqlite3_bind_text(statement_.get(), parameter, bytes, static_cast<int>(text.size()),
                                     nullptr /* SQLITE_STATIC: not copied */);
  if (code != SQLITE_OK) bind_code_ = code;
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, number);
  if (code != SQLITE_OK) bind_code_ = code;
  return *this;
}

Result<bool> SqliteStatement::step() {
  const int code =
      bind_code_ != SQLITE_OK ? std::exchange(bind_code_, SQLITE_OK) : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = last_error(sqlite3_db_handle(statement_.get()));
  reset();
  return error;
}

std::string_view SqliteStatement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return {reinterpret_cast<const char*>(bytes), size};
}

std::int64_t SqliteStatement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

int SqliteStatement::columns() const {
  return sqlite3_column_count(statement_.get());
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
}

Result<void> SqliteStatement::run() {
  for (;;) {
    const auto row = step();
    if (!row) return row.error();
    if (!*row) break;
  }
  reset();
  return {};
}

void SqliteConnection::Close::operator()(sqlite3* connection) const {
  sqlite3_close(connection);
}

Result<SqliteConnection> SqliteConnection::open(const std::filesystem::path& path) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  SqliteConnection connection(opened);
  if (code != SQLITE_OK) return sqlite_error(code, path.string(), sqlite3_errstr(code));
  // SQLite opens a file that can't be written read-only instead.
  if (sqlite3_db_readonly(opened, "main") != 0) return sqlite_error(SQLITE_READONLY, path.string(), "");
  return connection;
}

void SqliteConnection::wait_for_locks(std::chrono::milliseconds time, const Interrupt& interrupt) {
  lock_wait_ = std::make_unique<LockWait>(LockWait{.time = time, .interrupt = interrupt, .deadline = {}});
  sqlite3_busy_handler(connection_.get(), &wait_for_lock, lock_wait_.get());
}

// Pauses grow, as in SQLite's own busy handler. Returns whether to try again.
int SqliteConnection::wait_for_lock(void* lock_wait, int tries) {
  LockWait& wait = *static_cast<LockWait*>(lock_wait);
  const auto now = std::chrono::steady_clock::now();
  if (tries == 0) wait.deadline = now + wait.time;
  if (now >= wait.deadline) return 0;
  const std::chrono::milliseconds pause(std::min(1 + 2 * tries, 50));
  constexpr int no_descriptor = -1;
  return wait_for(no_descriptor, 0, WaitLimit::in(pause, &wait.interrupt)) == Wake::interrupt ? 0 : 1;
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  SqliteStatement statement(prepared);
  if (code != SQLITE_OK) return last_error(connection_.get());
  return statement;
}

Result<void> SqliteConnection::execute(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return last_error(connection_.get());
  }
  return {};
}

Result<std::int64_t> SqliteConnection::number(const std::string& sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return statement->number(0);
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection& connection) {
  if (auto done = connection.execute("BEGIN IMMEDIATE"); !done) return done.error();
  return SqliteTransaction(connection);
}

Result<void> SqliteTransaction::commit() {
  if (auto done = open_->execute("COMMIT"); !done) return done.error();
  (void)open_.release();  // nothing left to roll back
  return {};
}

void SqliteTransaction::RollBack::operator()(SqliteConnection* connection) const {
  // After some errors SQLite has rolled back already. If this fails, the next BEGIN fails too and is
  // reported.
  if (connection->in_transaction()) (void)connection->execute("ROLLBACK");
}

}  // namespace pollux::store
