#include "store/sqlite_database.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/wait_limit.hpp"

namespace pollux::store {
namespace {

// Of a new database; an existing one keeps its own. A batch writes a page for nearly every vote, because
// voters are spread over the whole table: half of SQLite's default halves the bytes that a commit writes.
constexpr std::uint64_t page_bytes = 2048;

std::string pragma(const std::string& name, std::uint64_t value) {
  return "PRAGMA " + name + " = " + std::to_string(value) + ";";
}

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

// The canonical path: a symbolic link and its target are one database, with one lock.
Result<std::filesystem::path> prepare_place(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (!error) std::filesystem::create_directories(absolute.parent_path(), error);
  if (error) {
    return unavailable("The directory for the database " + path.string() +
                       " can't be created: " + error.message() +
                       ". Give this user the permission to create it, or use another path.");
  }
  if (std::filesystem::is_directory(absolute, error)) {
    return invalid("The database " + path.string() + " is a directory. Use the path of a file.");
  }
  const auto names = std::filesystem::hard_link_count(absolute, error);  // fails for a new file
  if (!error && names > 1) {
    return invalid(
        "The database " + path.string() + " is a file with " + std::to_string(names) +
        " names (hard links), under which several programs could write to it at once. Remove the other "
        "names (find -samefile lists them), or use a copy.");
  }
  return absolute;
}

Result<FileLock> lock_database(const std::filesystem::path& path) {
  auto lock = FileLock::acquire(path.string() + ".lock");
  if (lock) return lock;
  if (lock.error().code == ErrorCode::full) {
    return unavailable("The database " + path.string() +
                       " is in use by another program. Stop that program or use another database.");
  }
  return unavailable("The database " + path.string() +
                     " can't be opened for writing: " + lock.error().message +
                     ". Give this user write access to its directory, or use another path.");
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return unavailable(std::generic_category().message(errno));
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return full("another program holds the lock");
  return unavailable(std::generic_category().message(errno));
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> migrate(SqliteConnection& connection, std::span<const Migration> migrations,
                     const std::filesystem::path& path) {
  auto transaction = SqliteTransaction::begin(connection);
  if (!transaction) return transaction.error();
  if (auto done = check_owner(connection, path); !done) return done.error();
  const auto applied = connection.number("PRAGMA user_version");
  if (!applied) return applied.error();
  if (auto known = check_schema_not_newer(path.string(), *applied, migrations.size()); !known) return known;
  const auto missing = migrations.subspan(static_cast<std::size_t>(*applied));
  if (missing.empty()) return {};
  if (auto done = apply(connection, missing); !done) return done.error();
  return transaction->commit();
}

SqliteDatabase::SqliteDatabase(std::filesystem::path path, const SqliteOptions& options, FileLock lock)
    : path_(std::move(path)),
      options_(options),
      lock_(std::move(lock)),
      interrupt_(std::make_unique<Interrupt>()) {}

SqliteDatabase::SqliteDatabase(SqliteDatabase&&) noexcept = default;
SqliteDatabase::~SqliteDatabase() = default;

Result<SqliteDatabase> SqliteDatabase::open(const std::filesystem::path& path, const SqliteOptions& options) {
  const auto place = prepare_place(path);
  if (!place) return place.error();
  auto lock = lock_database(*place);
  if (!lock) return lock.error();
  return SqliteDatabase(*place, options, std::move(*lock));
}

Result<SqliteConnection> SqliteDatabase::connect() const {
  auto connection = SqliteConnection::open(path_);
  if (!connection) return connection;
  connection->wait_for_locks(options_.busy_timeout, *interrupt_);
  const auto set = connection->execute("PRAGMA cache_size = -" + std::to_string(options_.cache_bytes / 1024) +
                                       ";" + pragma("page_size", page_bytes));
  if (!set) return set.error();
  return connection;
}

Result<SqliteConnection> SqliteDatabase::connect_writer() const {
  auto connection = connect();
  if (!connection) return connection;
  auto set =
      connection->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  if (!set) return set.error();
  const auto page = connection->number("PRAGMA page_size");
  if (!page) return page.error();
  const auto bytes_of_a_page = static_cast<std::uint64_t>(*page);
  std::string limits = pragma("wal_autocheckpoint", options_.checkpoint_bytes / bytes_of_a_page) +
                       pragma("journal_size_limit", options_.checkpoint_bytes);
  if (options_.max_bytes != 0) limits += pragma("max_page_count", options_.max_bytes / bytes_of_a_page);
  set = connection->execute(limits);
  if (!set) return set.error();
  if (auto done = migrate(*connection, sqlite_migrations(), path_); !done) return done.error();
  return connection;
}

Result<SqliteConnection> SqliteDatabase::connect_reader() const {
  auto connection = connect();
  if (!connection) return connection;
  if (auto set = connection->execute("PRAGMA query_only = ON"); !set) return set.error();
  return connection;
}

void SqliteDatabase::interrupt() {
  interrupt_->raise();
}

}  // namespace pollux::store
