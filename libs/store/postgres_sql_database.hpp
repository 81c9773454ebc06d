// The stores of polls and accounts, and the reader of votes, in the PostgreSQL database that has the votes.
#pragma once

#include <memory>

#include "poll/vote_reader.hpp"
#include "postgres/session.hpp"
#include "store/account_stores.hpp"
#include "store/sql_poll_store.hpp"

namespace pollux::store {

// One connection each, opened by the first call and again after it was lost. The database must have the
// schema of this program (postgres_schema.hpp), and the role the right to write the tables of polls, votes
// and tallies; for the reading calls, SELECT on pollux_managed_polls and pollux_managed_runs is enough, which
// the role pollux_result has.
std::unique_ptr<poll::PollStore> open_postgres_poll_store(const postgres::Url& url,
                                                          const postgres::SessionOptions& session,
                                                          PollStoreOptions options = {});

// The same for the votes. The role must have the right to read the tables of polls and votes, and to write
// pollux_export_keys.
std::unique_ptr<poll::VoteReader> open_postgres_vote_reader(const postgres::Url& url,
                                                            const postgres::SessionOptions& session);

// The same for accounts. The role must own their tables or have the right to write them; pollux_result has no
// right to read them.
AccountStores open_postgres_account_stores(const postgres::Url& url, const postgres::SessionOptions& session,
                                           const AccountStoreOptions& options = {});

}  // namespace pollux::store
