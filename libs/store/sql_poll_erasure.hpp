// Deletes votes: those of removed polls, and those that were kept long enough.
#pragma once

#include <cstddef>

#include "poll/poll_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// Contract: poll::PollStore::erase_removed() and erase_expired(), with a checked `max_votes`.
poll::PollResult<std::size_t> erase_removed_votes(SqlDatabase& database, std::size_t max_votes);
poll::PollResult<poll::ExpiredVotes> erase_expired_votes(SqlDatabase& database, std::size_t max_votes,
                                                         poll::PollTime now);

}  // namespace pollux::store
