// Reading tallies, as the writer and the readers do.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "postgres/connection.hpp"

namespace pollux {

Result<void> prepare_tally_query(PostgresConnection& connection, const WaitLimit& limit);

// The tallies of those polls that have one, in any order; each poll should be named once. One statement, so
// versions and counts are of one moment.
Result<std::vector<Tally>> read_tallies(PostgresConnection& connection, std::span<const PollId> polls,
                                        const WaitLimit& limit);

// The tally of one poll; version 0 and no counts where it has no votes.
Result<Tally> read_tally(PostgresConnection& connection, const PollId& poll, const WaitLimit& limit);

// A row (selection, count) at `column` and the one after it, added to `counts`.
Result<void> read_count(const PostgresRows& rows, int row, int column, SelectionCounts& counts);

}  // namespace pollux
