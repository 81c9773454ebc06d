// The runs of a poll in a SQLite database, and what people were asked in each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::store {

// A connection of its own to the database of an open store, which it must not outlive. One thread; while it
// writes, the store's record() waits. Errors are those of the database.
class SqlitePolls {
 public:
  static Result<SqlitePolls> open(const SqliteVoteStore& store);

  // The run with the largest number, with or without votes; none in a new database.
  Result<std::optional<poll::RecordedRun>> newest_run(const poll::PollId& poll);

  // Replaces what people are asked in the run of that id.
  Result<void> define(const poll::PollId& run, const poll::PollDefinition& definition);

  struct Recorded {
    std::uint64_t votes = 0;  // rows: a voter counts once in each run
    std::uint64_t runs = 0;   // that have votes
    std::uint32_t newest = 0;
  };
  Result<Recorded> recorded(const poll::PollId& poll);

  // Deletes the votes, tallies and definitions of all runs, in one transaction. The next run follows the
  // newest, so that pages and cookies of the deleted ones are not taken for its own.
  Result<void> reset(const poll::PollId& poll);

 private:
  explicit SqlitePolls(SqliteConnection connection) : connection_(std::move(connection)) {}

  Result<std::optional<poll::PollDefinition>> definition(const poll::PollId& run);
  Result<std::vector<poll::PollId>> ids(const poll::PollId& poll);
  Result<void> delete_from(const std::string& table, const poll::PollId& run);

  SqliteConnection connection_;
};

}  // namespace pollux::store
