#include "store/sqlite_error.hpp"

#include <sqlite3.h>

namespace pollux::store {

Error sqlite_error(int code, std::string_view path, std::string_view detail) {
  const std::string database = "The database " + std::string(path);
  switch (code & 0xFF) {  // the primary result code
    case SQLITE_FULL:
      return unavailable(database +
                         " can't grow: its disk or the limit set for it is full. Make room for it.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(database +
                         " is in use by another program. Stop that program or use another database.");
    case SQLITE_IOERR:
      return unavailable(database + " could not be read or written (" + std::string(detail) +
                         "). Look at the disk and at the system's log.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return unavailable(database + " can't be written. Give this user the right to write the file and its " +
                         "directory, or use another database.");
    case SQLITE_NOMEM:
      return unavailable(database + " needs more memory than there is.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::internal, database + " is damaged or not a database (" + std::string(detail) +
                                       "). Restore it from a copy, or use another one."};
    default:
      return {ErrorCode::internal, database + " failed: " + std::string(detail) + "."};
  }
}

}  // namespace pollux::store
