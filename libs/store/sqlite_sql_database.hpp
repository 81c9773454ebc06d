// The stores of polls and accounts, and the reader of votes, in the SQLite file that has the votes.
#pragma once

#include <chrono>
#include <memory>

#include "base/result.hpp"
#include "poll/vote_reader.hpp"
#include "store/account_stores.hpp"
#include "store/sql_poll_store.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::store {

// Each has a connection of its own to the database of an open store, which it must not outlive. While it
// writes, the store's record() waits, and the other way round. `lock_wait` limits the wait of this
// connection, which then returns `unavailable`.
Result<std::unique_ptr<poll::PollStore>> open_sqlite_poll_store(
    const SqliteVoteStore& store, PollStoreOptions options = {},
    std::chrono::milliseconds lock_wait = std::chrono::seconds(2));

Result<std::unique_ptr<poll::VoteReader>> open_sqlite_vote_reader(
    const SqliteVoteStore& store, std::chrono::milliseconds lock_wait = std::chrono::seconds(2));

Result<AccountStores> open_sqlite_account_stores(
    const SqliteVoteStore& store, const AccountStoreOptions& options = {},
    std::chrono::milliseconds lock_wait = std::chrono::seconds(2));

}  // namespace pollux::store
