#include "standalone/accounts.hpp"

#include <filesystem>
#include <utility>

#include "accounts/password_hasher.hpp"
#include "accounts/recovery.hpp"
#include "admin/managed_polls.hpp"
#include "admin/recovery.hpp"
#include "store/sqlite_sql_database.hpp"

namespace pollux::standalone {

Result<admin::Stores> open_admin_stores(const store::SqliteVoteStore& store) {
  auto polls = store::open_sqlite_poll_store(store);
  if (!polls) return polls.error();
  auto tallies = store.open_reader();
  if (!tallies) return tallies.error();
  auto votes = store::open_sqlite_vote_reader(store);
  if (!votes) return votes.error();
  auto stores = store::open_sqlite_account_stores(store);
  if (!stores) return stores.error();
  return admin::Stores{.polls = *std::move(polls),
                       .tallies = *std::move(tallies),
                       .votes = *std::move(votes),
                       .accounts = std::move(stores->account_store),
                       .credentials = std::move(stores->credential_store),
                       .audit = std::move(stores->audit_log)};
}

Result<admin::ManagedPolls::OnScheduled> open_schedule_log(const store::SqliteVoteStore& store,
                                                           telemetry::Log& log) {
  auto stores = store::open_sqlite_account_stores(store);
  if (!stores) return stores.error();
  return admin::schedule_log(std::move(stores->audit_log), log);
}

int reset_password(const Options& options) {
  return admin::run_recovery(
      "pollux", options.account,
      [&options](accounts::PasswordHasher& hasher,
                 accounts::AccountTime now) -> accounts::AccountResult<accounts::RecoveredAccount> {
        if (!std::filesystem::exists(options.database)) {
          return accounts::account_error(invalid("There is no database " + options.database.string() + "."));
        }
        const auto votes = store::SqliteVoteStore::open(options.database, {});
        if (!votes) return accounts::account_error(votes.error());
        const auto stores = store::open_sqlite_account_stores(**votes);
        if (!stores) return accounts::account_error(stores.error());
        return accounts::reset_password(*stores->account_store, hasher, options.account, now);
      });
}

}  // namespace pollux::standalone
