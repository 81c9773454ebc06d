// The queries of SqliteVoteStore, on a connection of their own. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_tally_query.hpp"

namespace pollux::store {

class SqliteVoteReader {
 public:
  static Result<SqliteVoteReader> prepare(SqliteConnection connection);

  Result<poll::Tally> tally(const poll::PollId& poll) { return tally_.read(poll); }
  Result<poll::SelectionCounts> recount(const poll::PollId& poll);
  Result<poll::Version> latest_version();

 private:
  SqliteVoteReader(SqliteConnection connection, SqliteTallyQuery tally, SqliteStatement recount,
                   SqliteStatement latest);

  SqliteConnection connection_;  // first, because it must outlive the statements
  SqliteTallyQuery tally_;
  SqliteStatement recount_;
  SqliteStatement latest_;
};

}  // namespace pollux::store
