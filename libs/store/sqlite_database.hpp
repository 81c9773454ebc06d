// The file of a SQLite database: locked against a second program, and migrated to the schema of this program.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"

namespace pollux::store {

// A lock on an empty file that remains (flock(2)), so that SQLite's own locks on the database are not
// touched. Held until destruction, and released by the system when the process ends.
class FileLock {
 public:
  // Creates `path` if necessary. `full` if another program, or another FileLock of this one, holds the lock;
  // `unavailable` if the file can't be created, with the system's reason as message.
  static Result<FileLock> acquire(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1 after a move
};

// In the file's header (PRAGMA application_id): "Polx". PRAGMA user_version is the number of the last
// migration.
inline constexpr int sqlite_application_id = 0x506F6C78;

// Applies the missing migrations, all in one transaction. `invalid`, without a change, if the database
// belongs to another program, or to a newer version of this one. `path` is for messages.
Result<void> migrate(SqliteConnection& connection, std::span<const Migration> migrations,
                     const std::filesystem::path& path);

struct SqliteOptions {
  // The page cache of each connection, at most. The table is written in random order, voter by voter: 64 MiB
  // hold the pages of a million votes.
  std::uint64_t cache_bytes = 64U << 20U;
  // The size of the log at which its pages are moved to the database file, during a record(). Half a million
  // voters fill about 16,000 pages: a smaller log writes the same pages more often, a larger one makes the
  // slowest record() slower (20 to 40 ms with 16 MiB, 5 without a checkpoint).
  std::uint64_t checkpoint_bytes = 16U << 20U;
  // The largest size of the database file, beyond which record() fails as `unavailable`; 0: no limit of ours.
  std::uint64_t max_bytes = 0;
  // How long a call waits for another program that has locked the file, unless it is interrupted.
  std::chrono::milliseconds busy_timeout{2000};
};

// A database file that this program has locked. Its connections must not outlive it.
class SqliteDatabase {
 public:
  // Creates the directories if necessary. A file with several names (hard links) is rejected: each name would
  // have a lock and a log of its own.
  static Result<SqliteDatabase> open(const std::filesystem::path& path, const SqliteOptions& options);

  SqliteDatabase(SqliteDatabase&&) noexcept;
  ~SqliteDatabase();

  Result<SqliteConnection> connect_writer() const;  // migrates the database, too
  Result<SqliteConnection> connect_reader() const;  // after the writer

  // From now on no call waits for another program that has locked the file. Any thread.
  void interrupt();

  const std::filesystem::path& path() const { return path_; }  // absolute, without symbolic links

 private:
  SqliteDatabase(std::filesystem::path path, const SqliteOptions& options, FileLock lock);

  Result<SqliteConnection> connect() const;

  std::filesystem::path path_;
  SqliteOptions options_;
  FileLock lock_;
  std::unique_ptr<Interrupt> interrupt_;
};

}  // namespace pollux::store
