// Votes and tallies in PostgreSQL, for any number of workers, each with a store of its own.
//
// Durability: a commit is on disk (synchronous_commit) before record() returns. A server that was killed and
// recovers has every batch that was answered. The answer to a commit may be lost; the batch is then recorded
// again and changes nothing. Each batch that changes counts notifies the channel pollux_tally of its polls'
// ids, in its transaction.
//
// The URL must lead to the server itself or to a pool that leaves a session its connection (slots are locks
// of the session).
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "poll/vote_store.hpp"
#include "store/postgres_options.hpp"
#include "store/postgres_vote_reader.hpp"
#include "store/postgres_vote_writer.hpp"

namespace pollux::store {

// Two connections: one for record(), one behind a mutex for everything else; a recount() makes the other
// questions wait until it is done. No call outlasts its timeout of the options. A lost connection is
// `unavailable`, and the next call opens another one.
class PostgresVoteStore : public poll::VoteStore {
 public:
  struct Options : PostgresOptions {
    int slots = postgres_slots;  // for tests: see PostgresVoteWriter
  };

  // Connects and migrates the database. `start` is for all that it may have to wait for: the server, and
  // another program that migrates; its interrupt ends the migration, too, which takes 5 minutes at most.
  // The error names the database, never the password, and says what to do; of a pool that does not
  // leave a session its connection it is `invalid`.
  static Result<std::unique_ptr<PostgresVoteStore>> open(const postgres::Url& url, const Options& options,
                                                         const WaitLimit& start);
  static Result<std::unique_ptr<PostgresVoteStore>> open(const postgres::Url& url, const Options& options) {
    return open(url, options, options.call_limit());
  }

  Result<std::vector<poll::Tally>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override;
  Result<poll::Tally> tally(const poll::PollId& poll) override;
  Result<poll::SelectionCounts> recount(const poll::PollId& poll) override;
  Result<poll::Version> latest_version() override;

 private:
  PostgresVoteStore(const postgres::Url& url, const Options& options);

  PostgresVoteWriter writer_;
  std::mutex reader_mutex_;
  PostgresVoteReader reader_;
};

}  // namespace pollux::store
