// The runs of a poll in a SQLite database, and what people were asked in each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux {

// A connection of its own to the database of an open store, which it must not outlive. One thread; while it
// writes, the store's record() waits. Errors are those of the database.
class SqlitePolls {
 public:
  static Result<SqlitePolls> open(const SqliteVoteStore& store);

  // The run with the largest number, with or without votes; none in a new database.
  Result<std::optional<RecordedRun>> newest_run(const PollId& poll);

  // Replaces what people are asked in the run of that id.
  Result<void> define(const PollId& run, const PollDefinition& definition);

  struct Recorded {
    std::uint64_t votes = 0;  // rows: a voter counts once in each run
    std::uint64_t runs = 0;   // that have votes
    std::uint32_t newest = 0;
  };
  Result<Recorded> recorded(const PollId& poll);

  // Deletes the votes, tallies and definitions of all runs, in one transaction. The next run follows the
  // newest, so that pages and cookies of the deleted ones are not taken for its own.
  Result<void> reset(const PollId& poll);

 private:
  explicit SqlitePolls(SqliteConnection connection) : connection_(std::move(connection)) {}

  Result<std::optional<PollDefinition>> definition(const PollId& run);
  Result<std::vector<PollId>> ids(const PollId& poll);
  Result<void> delete_from(const std::string& table, const PollId& run);

  SqliteConnection connection_;
};

}  // namespace pollux
