// The runs of a poll in a SQLite database, and the definition of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::store {

// A connection of its own to the database of an open store, which it must not outlive. One thread, that of
// the store's tally(). While it writes, the store's record() waits.
class SqlitePolls {
 public:
  static Result<SqlitePolls> open(SqliteVoteStore& store);

  // The run with the largest number, with or without votes; none in a new database.
  Result<std::optional<poll::RecordedRun>> newest_run(const poll::PollId& poll);

  // Replaces the definition of the run with that id.
  Result<void> define(const poll::PollId& run, const poll::PollDefinition& definition);

  struct Recorded {
    std::uint64_t votes = 0;  // one per voter and run
    std::uint64_t runs = 0;   // with votes
    std::uint32_t newest = 0;
  };
  Result<Recorded> recorded(const poll::PollId& poll);

  // Deletes the votes, tallies and definitions of all runs, in one transaction. The next run gets the next
  // number, so that open pages and cookies of deleted runs do not count for it.
  Result<void> reset(const poll::PollId& poll);

 private:
  SqlitePolls(SqliteConnection connection, poll::TallyReader& tallies)
      : connection_(std::move(connection)), tallies_(&tallies) {}

  Result<std::optional<poll::PollDefinition>> definition(const poll::PollId& run);
  Result<std::vector<poll::PollId>> ids(const poll::PollId& poll);
  Result<void> delete_from(const std::string& table, const poll::PollId& run);

  SqliteConnection connection_;
  poll::TallyReader* tallies_;
};

}  // namespace pollux::store
