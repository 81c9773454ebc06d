// Reading tallies, as the writer and the readers do.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "postgres/connection.hpp"

namespace pollux::store {

Result<void> prepare_tally_query(postgres::Connection& connection, const WaitLimit& limit);

struct PostgresTallies {
  std::vector<poll::Tally> tallies;
  std::map<poll::PollId, Error> damaged;  // what no tally can be made of, and why
};

// The tallies of those polls that have one, in any order; each poll should be named once. One statement, so
// versions and counts are of one moment. A damaged tally leaves the others as they are.
Result<PostgresTallies> read_tallies(postgres::Connection& connection, std::span<const poll::PollId> polls,
                                     const WaitLimit& limit);

// The tally of one poll; version 0 and no counts where it has no votes. A damaged one is `internal`.
Result<poll::Tally> read_tally(postgres::Connection& connection, const poll::PollId& poll,
                               const WaitLimit& limit);

// A row (selection, count) at `column` and the one after it, added to `counts`.
Result<void> read_count(const postgres::Rows& rows, int row, int column, poll::SelectionCounts& counts);

}  // namespace pollux::store
