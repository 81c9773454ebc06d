// The writing half of SqliteVoteStore: a batch of votes and what it changes in the tallies, in one
// transaction. One thread.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_tally_query.hpp"

namespace pollux::store {

class SqliteVoteWriter {
 public:
  static Result<SqliteVoteWriter> prepare(SqliteConnection connection);

  Result<std::vector<poll::Tally>> record(std::span<const poll::QueuedVote> batch);
  Result<void> probe();

 private:
  using Votes = std::span<const poll::QueuedVote* const>;
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
    poll::TallyChange counts;
    poll::Version latest;  // zero where every vote was known already
  };

  SqliteVoteWriter(SqliteConnection connection, Statements statements);

  Result<std::vector<poll::Tally>> record_all(Votes votes);
  Result<PollChange> record_votes(Votes votes_of_a_poll);
  Result<void> record_vote(const poll::QueuedVote& queued, PollChange& change);
  Result<poll::Tally> change_tally(const poll::PollId& poll, const PollChange& change);
  Result<void> put_counts(const poll::Tally& tally, const poll::TallyChange& change);

  SqliteConnection connection_;  // first, because it must outlive the statements
  Statements statements_;
};

}  // namespace pollux::store
