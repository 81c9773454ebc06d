// The queries of SqliteVoteStore, on a connection of their own. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_tally_query.hpp"

namespace pollux {

class SqliteVoteReader {
 public:
  static Result<SqliteVoteReader> prepare(SqliteConnection connection);

  Result<Tally> tally(const PollId& poll) { return tally_.read(poll); }
  Result<SelectionCounts> recount(const PollId& poll);
  Result<Version> latest_version();

 private:
  SqliteVoteReader(SqliteConnection connection, SqliteTallyQuery tally, SqliteStatement recount,
                   SqliteStatement latest);

  SqliteConnection connection_;  // first, because it must outlive the statements
  SqliteTallyQuery tally_;
  SqliteStatement recount_;
  SqliteStatement latest_;
};

}  // namespace pollux
