// SQLite's C interface with lifetimes and results instead of pointers and codes. One thread at a time for a
// connection and everything that belongs to it.
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

// A prepared statement, used as often as needed: bind(), step() until it has no more rows, reset(). Must not
// outlive its connection.
class SqliteStatement {
 public:
  // Parameters and columns count as in SQLite: ?1 is parameter 1, the first column is 0. A bound text is not
  // copied: it must stay until reset(). An error in binding is reported by step().
  SqliteStatement& bind(int parameter, std::string_view text);
  SqliteStatement& bind(int parameter, std::int64_t number);

  Result<bool> step();                      // true: there is a row to read; false: the statement is done
  std::string_view text(int column) const;  // valid until the next step() or reset()
  std::int64_t number(int column) const;

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

// Resets a statement at the end of a block, so that a half-read one holds no snapshot of the database.
class SqliteReset {
 public:
  explicit SqliteReset(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteReset() { statement_.reset(); }
  SqliteReset(const SqliteReset&) = delete;
  SqliteReset& operator=(const SqliteReset&) = delete;

 private:
  SqliteStatement& statement_;
};

class SqliteConnection {
 public:
  // Opens the file for reading and writing and creates it where it does not exist.
  static Result<SqliteConnection> open(const std::filesystem::path& path);

  // How long a call waits for another connection that has locked the file: until the interrupt, which
  // outlives this, is raised at the latest. Without it none waits.
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

// A transaction that writes; undone at its destruction unless it was committed.
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
