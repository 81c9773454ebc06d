#include "store/sqlite_vote_store.hpp"

#include <string>
#include <system_error>
#include <utility>

#include "base/wait_limit.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_schema.hpp"

namespace pollux::store {
namespace {

// Of a new database; an old one keeps its own. A batch writes a page for nearly every vote, since voters are
// spread over the whole table; half of SQLite's usual size halves what a commit puts on disk.
constexpr std::uint64_t page_bytes = 2048;

std::string pragma(const std::string& name, std::uint64_t value) {
  return "PRAGMA " + name + " = " + std::to_string(value) + ";";
}

// A symbolic link and what it leads to are one database, with one lock.
Result<std::filesystem::path> prepare_place(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (!error) std::filesystem::create_directories(absolute.parent_path(), error);
  if (error) {
    return unavailable("The directory for the database " + path.string() + " can't be made: " +
                       error.message() + ". Give this user the right to make it, or use another path.");
  }
  if (std::filesystem::is_directory(absolute, error)) {
    return invalid("The database " + path.string() + " is a directory. Name a file in it.");
  }
  // Not an error: there is no such file yet.
  const auto names = std::filesystem::hard_link_count(absolute, error);
  if (!error && names > 1) {
    return invalid(
        "The database " + path.string() + " is a file with " + std::to_string(names) +
        " names (hard links), under which several programs could write to it at once. Remove the other "
        "names (find -samefile shows them), or use a copy.");
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
                     ". Give this user the right to write its directory, or use another path.");
}

// What both connections need.
Result<SqliteConnection> connect(const std::filesystem::path& path, const SqliteVoteStore::Options& options,
                                 const Interrupt& interrupt) {
  auto connection = SqliteConnection::open(path);
  if (!connection) return connection;
  connection->wait_for_locks(options.busy_timeout, interrupt);
  const auto set = connection->execute("PRAGMA cache_size = -" + std::to_string(options.cache_bytes / 1024) +
                                       ";" + pragma("page_size", page_bytes));
  if (!set) return set.error();
  return connection;
}

Result<SqliteConnection> connect_writer(const std::filesystem::path& path,
                                        const SqliteVoteStore::Options& options, const Interrupt& interrupt) {
  auto connection = connect(path, options, interrupt);
  if (!connection) return connection;
  auto set =
      connection->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  if (!set) return set.error();
  const auto page = connection->number("PRAGMA page_size");
  if (!page) return page.error();
  const auto bytes_of_a_page = static_cast<std::uint64_t>(*page);
  std::string limits = pragma("wal_autocheckpoint", options.checkpoint_bytes / bytes_of_a_page) +
                       pragma("journal_size_limit", options.checkpoint_bytes);
  if (options.max_bytes != 0) limits += pragma("max_page_count", options.max_bytes / bytes_of_a_page);
  set = connection->execute(limits);
  if (!set) return set.error();
  return connection;
}

Result<SqliteConnection> connect_reader(const std::filesystem::path& path,
                                        const SqliteVoteStore::Options& options, const Interrupt& interrupt) {
  auto connection = connect(path, options, interrupt);
  if (!connection) return connection;
  if (auto set = connection->execute("PRAGMA query_only = ON"); !set) return set.error();
  return connection;
}

}  // namespace

SqliteVoteStore::SqliteVoteStore(std::filesystem::path path, FileLock lock,
                                 std::shared_ptr<Interrupt> interrupt, SqliteVoteWriter writer,
                                 SqliteVoteReader reader)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      interrupt_(std::move(interrupt)),
      writer_(std::move(writer)),
      reader_(std::move(reader)) {}

Result<std::unique_ptr<SqliteVoteStore>> SqliteVoteStore::open(const std::filesystem::path& path,
                                                               const Options& options) {
  const auto place = prepare_place(path);
  if (!place) return place.error();
  auto lock = lock_database(*place);
  if (!lock) return lock.error();
  auto interrupt = std::make_shared<Interrupt>();
  auto for_writing = connect_writer(*place, options, *interrupt);
  if (!for_writing) return for_writing.error();
  if (auto done = migrate(*for_writing, sqlite_migrations(), *place); !done) return done.error();
  auto writer = SqliteVoteWriter::prepare(std::move(*for_writing));
  if (!writer) return writer.error();
  auto for_reading = connect_reader(*place, options, *interrupt);
  if (!for_reading) return for_reading.error();
  auto reader = SqliteVoteReader::prepare(std::move(*for_reading));
  if (!reader) return reader.error();
  return std::unique_ptr<SqliteVoteStore>(new SqliteVoteStore(*place, std::move(*lock), std::move(interrupt),
                                                              std::move(*writer), std::move(*reader)));
}

Result<std::vector<poll::Tally>> SqliteVoteStore::record(std::span<const poll::QueuedVote> batch) {
  return writer_.record(batch);
}

Result<void> SqliteVoteStore::probe() {
  return writer_.probe();
}

Result<poll::Tally> SqliteVoteStore::tally(const poll::PollId& poll) {
  const std::lock_guard guard(reader_mutex_);
  return reader_.tally(poll);
}

Result<poll::SelectionCounts> SqliteVoteStore::recount(const poll::PollId& poll) {
  const std::lock_guard guard(reader_mutex_);
  return reader_.recount(poll);
}

Result<poll::Version> SqliteVoteStore::latest_version() {
  const std::lock_guard guard(reader_mutex_);
  return reader_.latest_version();
}

void SqliteVoteStore::interrupt() {
  interrupt_->raise();
}

}  // namespace pollux::store
