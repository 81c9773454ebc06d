// SQLite's C interface with lifetimes and results. One thread at a time for a connection and all that belongs
// to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pollux {
class Interrupt;
}

namespace pollux::store {

// A prepared statement for repeated use: bind(), step() until there are no more rows, reset(). Must not
// outlive its connection.
class SqliteStatement {
 public:
  // Numbered as in SQLite: the first parameter is 1, the first column 0. A bound text is not copied: it must
  // live until reset(). An error in binding is reported by step().
  SqliteStatement& bind(int parameter, std::string_view text);
  SqliteStatement& bind(int parameter, std::int64_t number);

  Result<bool> step();                      // true: there is a row to read; false: the statement is done
  std::string_view text(int column) const;  // valid until the next step() or reset()
  std::int64_t number(int column) const;
  int columns() const;

  void reset();
  Result<void> run();  // steps to the end and resets

 private:
  friend class SqliteConnection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_code_ = 0;
};

// Resets a statement at the end of a scope: one that is read halfway holds a snapshot of the database.
class SqliteReset {
 public:
  explicit SqliteReset(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteReset() { statement_.reset(); }
  SqliteReset(const SqliteReset&) = delete;
  SqliteReset& operator=(const SqliteReset&) = delete;

 private:
  SqliteStatement& statement_;
};

// Errors have messages that name the file and say what to do. `unavailable`: the same call may succeed later
// (full disk, locked file, missing privilege). `internal`: the file is damaged, or a bug of ours.
class SqliteConnection {
 public:
  // Opens the file for reading and writing; creates it if necessary.
  static Result<SqliteConnection> open(const std::filesystem::path& path);

  // How long a call waits for another connection that has locked the file; raising the interrupt, which must
  // outlive this, ends the wait. The default is not to wait.
  void wait_for_locks(std::chrono::milliseconds time, const Interrupt& interrupt);

  Result<SqliteStatement> prepare(std::string_view sql);
  Result<void> execute(const std::string& sql);         // one or more statements, rows ignored
  Result<std::int64_t> number(const std::string& sql);  // the first column of the first row
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  struct LockWait {
    std::chrono::milliseconds time;
    const Interrupt& interrupt;
    std::chrono::steady_clock::time_point deadline;
  };

  explicit SqliteConnection(sqlite3* connection) : connection_(connection) {}

  static int wait_for_lock(void* lock_wait, int tries);

  std::unique_ptr<LockWait> lock_wait_;
  std::unique_ptr<sqlite3, Close> connection_;
};

// A write transaction; rolled back by the destructor unless it was committed.
class SqliteTransaction {
 public:
  static Result<SqliteTransaction> begin(SqliteConnection& connection);

  SqliteTransaction(SqliteTransaction&&) = default;
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction() = default;

  Result<void> commit();

 private:
  struct RollBack {
    void operator()(SqliteConnection* connection) const;
  };

  explicit SqliteTransaction(SqliteConnection& connection) : open_(&connection) {}

  std::unique_ptr<SqliteConnection, RollBack> open_;
};

}  // namespace pollux::store
