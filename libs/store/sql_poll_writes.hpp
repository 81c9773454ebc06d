// How polls and their runs are written. sql_poll_rows.hpp reads them.
#pragma once

#include <cstdint>
#include <string>

#include "poll/poll_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// Each is one or more statements in the transaction that the caller has begun, under the lock of the poll or,
// for a new one, of poll creation. The errors are those of a PollStore.

// A new poll and its current run. `key` is that of poll::NewPoll; empty: none.
poll::PollResult<void> insert_poll(SqlDatabase& database, const poll::ManagedPoll& poll,
                                   const std::string& key);

// All that may change of a poll, and its current run, which may be a new one.
poll::PollResult<void> update_poll(SqlDatabase& database, const poll::ManagedPoll& poll);

// The end of a run that is not the current one any more.
poll::PollResult<void> end_run(SqlDatabase& database, const poll::PollId& poll, std::uint32_t run,
                               poll::PollTime closed_at);

// Rows for the runs from `first` to the one before `next`, of which it is unknown what was asked, so that
// their votes are deleted as those of other runs. Of many, the first and the newest 100.
poll::PollResult<void> skip_runs(SqlDatabase& database, const poll::PollId& poll, std::uint32_t first,
                                 std::uint32_t next, poll::PollTime now);

// Marks a poll as removed, and deletes what was entered for it. Its row and those of its runs stay until
// their votes are gone, and so that its revision and its code are not used again.
poll::PollResult<void> mark_removed(SqlDatabase& database, const poll::PollId& poll, poll::PollTime now);

}  // namespace pollux::store
