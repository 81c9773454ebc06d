// The writing half of PostgresVoteStore: a batch of votes and what it changes in the tallies, in one
// transaction. One thread at a time.
//
// Each writer adds to tally rows of its own slot, which a lock of its connection gives it, so that writers do
// not wait for each other. Where there are more writers than slots, those without one share the last and take
// turns: right, but slower.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "postgres/session.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

inline constexpr int postgres_slots = 64;  // of one writer each, from 0; the one after them is shared

class PostgresVoteWriter {
 public:
  using Votes = std::vector<const poll::QueuedVote*>;  // as newest_votes() leaves them

  // `slots` is for tests: how many writers may have one of their own, at most postgres_slots.
  PostgresVoteWriter(const postgres::Url& url, const PostgresOptions& options, int slots);
  PostgresVoteWriter(const PostgresVoteWriter&) = delete;
  PostgresVoteWriter& operator=(const PostgresVoteWriter&) = delete;

  Result<std::vector<poll::Tally>> record(std::span<const poll::QueuedVote> batch);
  Result<void> probe();

 private:
  Result<void> prepare(postgres::Connection& connection, const WaitLimit& limit);
  // The polls whose counts changed.
  Result<std::vector<poll::PollId>> write(postgres::Connection& connection, const Votes& votes,
                                          const WaitLimit& limit);
  Result<std::vector<poll::PollId>> write_in_turn(postgres::Connection& connection, const Votes& votes,
                                                  const WaitLimit& limit);

  PostgresOptions options_;
  int slots_;
  int slot_ = postgres_slots;  // of the present connection
  postgres::Session session_;
};

}  // namespace pollux::store
