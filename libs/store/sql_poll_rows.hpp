// How statements on polls are run, and rows of polls and their runs read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "poll/poll_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

enum class Images {
  read,
  left_out  // unless a program that does not know the columns of the format has written the poll last
};

// The columns of read_poll() for the polls `p` that fulfil the condition.
std::string select_polls(Images images, std::string_view condition);

// The columns of read_run(). Runs without a question are those that this database has lost.
inline constexpr std::string_view select_runs = R"sql(
  SELECT r.run, r.question, r.opened_at, r.closed_at, r.votes_deleted_at FROM @managed_runs AS r
  WHERE r.poll = $1 AND r.question <> '' ORDER BY r.run DESC LIMIT $2)sql";

// SqlDatabase::run() with the error of a PollStore.
poll::PollResult<std::vector<SqlRow>> run_for_polls(SqlDatabase& database, std::string_view sql,
                                                    const std::vector<SqlValue>& values = {});

// `internal`, as a row that this program can't read.
poll::PollError damaged_poll(const std::string& id);

// A logo has no image if it was left out.
poll::PollResult<poll::ManagedPoll> read_poll(const SqlRow& row);
// In the column of the format: "image/png 320 96".
std::string logo_format_text(const poll::LogoFormat& format);
poll::PollResult<poll::PollRun> read_run(const SqlRow& row, const poll::PollId& poll);

}  // namespace pollux::store
