// How statements on polls are run, and rows of polls and their runs read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "poll/poll_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// The columns of read_poll(); followed by a condition for the polls `p`.
inline constexpr std::string_view select_polls = R"sql(
  SELECT p.id, p.code, p.title, p.state, p.run, p.revision, p.change_policy, p.results_policy, p.keep_days,
         p.opens_at, p.closes_at, p.zone, p.created_at, p.changed_at, r.question, r.opened_at, r.closed_at,
         p.maker, r.votes_deleted_at, p.accent, p.color_scheme, p.logo, p.logo_text, p.require_cookie
  FROM @managed_polls AS p JOIN @managed_runs AS r ON r.poll = p.id AND r.run = p.run
  WHERE p.removed_at IS NULL AND )sql";

// The columns of read_run(). Runs without a question are those that this database has lost.
inline constexpr std::string_view select_runs = R"sql(
  SELECT r.run, r.question, r.opened_at, r.closed_at, r.votes_deleted_at FROM @managed_runs AS r
  WHERE r.poll = $1 AND r.question <> '' ORDER BY r.run DESC LIMIT $2)sql";

// SqlDatabase::run() with the error of a PollStore.
poll::PollResult<std::vector<SqlRow>> run_for_polls(SqlDatabase& database, std::string_view sql,
                                                    const std::vector<SqlValue>& values = {});

// `internal`, as a row that this program can't read.
poll::PollError damaged_poll(const std::string& id);

poll::PollResult<poll::ManagedPoll> read_poll(const SqlRow& row);
poll::PollResult<poll::PollRun> read_run(const SqlRow& row, const poll::PollId& poll);

}  // namespace pollux::store
