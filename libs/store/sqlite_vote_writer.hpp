// The writing half of SqliteVoteStore: a batch of votes and what it changes in the tallies, in one
// transaction. One thread.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_tally_query.hpp"

namespace pollux {

class SqliteVoteWriter {
 public:
  static Result<SqliteVoteWriter> prepare(SqliteConnection connection);

  Result<std::vector<Tally>> record(std::span<const QueuedVote> batch);
  Result<void> probe();

 private:
  using Votes = std::span<const QueuedVote* const>;
  struct Statements {
    SqliteStatement find_vote;
    SqliteStatement put_vote;
    SqliteStatement put_tally;
    SqliteStatement raise_latest;
    SqliteStatement put_count;
    SqliteStatement delete_count;
    SqliteTallyQuery tally;
  };
  // What the recorded votes of one poll amount to.
  struct PollChange {
    TallyChange counts;
    Version latest;  // zero where every vote was known already
  };

  SqliteVoteWriter(SqliteConnection connection, Statements statements);

  Result<std::vector<Tally>> record_all(Votes votes);
  Result<PollChange> record_votes(Votes votes_of_a_poll);
  Result<void> record_vote(const QueuedVote& queued, PollChange& change);
  Result<Tally> change_tally(const PollId& poll, const PollChange& change);
  Result<void> put_counts(const Tally& tally, const TallyChange& change);

  SqliteConnection connection_;  // first, because it must outlive the statements
  Statements statements_;
};

}  // namespace pollux
