// An SQLite database while another program writes to it.
#pragma once

#include <filesystem>

#include "store/sqlite_connection.hpp"

namespace pollux::store {

// Holds the lock for writing from construction to destruction. Waits up to a minute for it, because programs
// write in the background as well. An error of the database throws.
class LockedDatabase {
 public:
  explicit LockedDatabase(const std::filesystem::path& path)
      : connection_(SqliteConnection::open(path).value()) {
    connection_.execute("PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE").value();
  }

 private:
  SqliteConnection connection_;
};

}  // namespace pollux::store
