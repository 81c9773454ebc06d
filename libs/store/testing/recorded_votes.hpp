// Reads the recorded votes with SQL of its own, so that tests can compare tallies with them.
#pragma once

#include <filesystem>

#include "poll/tally.hpp"
#include "poll/vote.hpp"
#include "postgres/connection.hpp"
#include "postgres/url.hpp"
#include "store/sqlite_connection.hpp"

namespace pollux::store {

// The votes by key. A connection of its own. An error of the database throws. One thread at a time.
class SqliteRecordedVotes {
 public:
  explicit SqliteRecordedVotes(const std::filesystem::path& path);

  poll::SelectionCounts counts(const poll::PollId& poll);

 private:
  SqliteConnection connection_;
};

// The same for PostgreSQL.
class PostgresRecordedVotes {
 public:
  explicit PostgresRecordedVotes(const postgres::Url& url);

  poll::SelectionCounts counts(const poll::PollId& poll);
  // The largest version of all polls; zero before the first vote.
  poll::Version latest_version();

 private:
  postgres::Connection connection_;
};

}  // namespace pollux::store
