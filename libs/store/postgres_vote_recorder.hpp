// Records votes in PostgreSQL, for any number of workers, each with a recorder of its own.
//
// Durability: a commit is on disk (synchronous_commit) before record() returns; a server that crashes and
// recovers has every batch that was answered. If the answer to a commit is lost, the batch is recorded again
// and changes nothing.
//
// Slots: each recorder adds to tally rows of its own slot, which a lock of its connection reserves, so that
// recorders do not wait for each other. If there are more recorders than slots, the rest share the last slot
// and take turns, which is slower. So the URL must lead to the server, or to a pool that leaves a session its
// connection.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "poll/ports.hpp"
#include "postgres/session.hpp"

namespace pollux::store {

inline constexpr int postgres_slots = 64;  // of one recorder each, from 0; the one after them is shared

// One connection, opened by the first call and again after it was lost, which is `unavailable`. No call
// exceeds the timeout of the session.
class PostgresVoteRecorder : public poll::VoteRecorder {
 public:
  struct Options {
    postgres::SessionOptions session{};
    int slots = postgres_slots;  // smaller in tests; at most postgres_slots
  };

  // Connects and migrates the database. `start` limits all waiting, for the server and for another program
  // that migrates; its interrupt also ends the migration, which takes 5 minutes at most. `invalid` if a pool
  // does not leave a session its connection. The message names the database, never the password, and says
  // what to do.
  static Result<std::unique_ptr<PostgresVoteRecorder>> open(const postgres::Url& url, const Options& options,
                                                            const WaitLimit& start);
  static Result<std::unique_ptr<PostgresVoteRecorder>> open(const postgres::Url& url,
                                                            const Options& options) {
    return open(url, options, options.session.call_limit());
  }

  PostgresVoteRecorder(const PostgresVoteRecorder&) = delete;
  PostgresVoteRecorder& operator=(const PostgresVoteRecorder&) = delete;

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override;

  std::optional<bool> connected() const { return session_.connected(); }  // any thread

 private:
  using Votes = std::vector<const poll::QueuedVote*>;  // as remaining_votes() returns them

  PostgresVoteRecorder(const postgres::Url& url, const Options& options);

  Result<void> prepare(postgres::Connection& connection, const WaitLimit& limit);
  // The polls whose counts changed.
  Result<std::vector<poll::PollId>> write(postgres::Connection& connection, const Votes& votes,
                                          const WaitLimit& limit);
  Result<std::vector<poll::PollId>> write_in_turn(postgres::Connection& connection, const Votes& votes,
                                                  const WaitLimit& limit);

  int slots_;
  int slot_ = postgres_slots;  // of the current connection
  postgres::Session session_;
};

}  // namespace pollux::store
