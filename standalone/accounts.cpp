#include "standalone/accounts.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

#include "accounts/audit_log.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/recovery.hpp"
#include "store/sqlite_sql_database.hpp"

namespace pollux::standalone {
namespace {

accounts::AccountResult<accounts::RecoveredAccount> recover(const Options& options) {
  if (!std::filesystem::exists(options.database)) {
    return accounts::account_error(invalid("There is no database " + options.database.string() + "."));
  }
  const auto votes = store::SqliteVoteStore::open(options.database, {});
  if (!votes) return accounts::account_error(votes.error());
  const auto stores = store::open_sqlite_account_stores(**votes);
  if (!stores) return accounts::account_error(stores.error());
  accounts::PasswordHasher hasher;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return accounts::reset_password(*stores->account_store, hasher, options.account, now);
}

}  // namespace

Result<admin::Stores> open_admin_stores(const store::SqliteVoteStore& store) {
  auto polls = store::open_sqlite_poll_store(store);
  if (!polls) return polls.error();
  auto tallies = store.open_reader();
  if (!tallies) return tallies.error();
  auto stores = store::open_sqlite_account_stores(store);
  if (!stores) return stores.error();
  return admin::Stores{.polls = *std::move(polls),
                       .tallies = *std::move(tallies),
                       .accounts = std::move(stores->account_store),
                       .credentials = std::move(stores->credential_store),
                       .audit = std::move(stores->audit_log)};
}

Result<ManagedPolls::OnScheduled> open_schedule_log(const store::SqliteVoteStore& store,
                                                    telemetry::Log& log) {
  auto stores = store::open_sqlite_account_stores(store);
  if (!stores) return stores.error();
  const std::shared_ptr<accounts::AuditLog> events = std::move(stores->audit_log);
  return ManagedPolls::OnScheduled([events, &log](const poll::ManagedPoll& changed, poll::PollAction action) {
    const bool opened = action == poll::PollAction::open;
    accounts::AuditEvent event =
        accounts::event_of_program(opened ? accounts::action::poll_opened : accounts::action::poll_closed,
                                   changed.content.title, changed.changed_at);
    event.poll = changed.id;
    if (const auto recorded = events->append(event); !recorded) {
      log.error(
          "A change of a poll is missing in the audit log.",
          {{"action", event.action}, {"poll", changed.id.text()}, {"reason", recorded.error().message}});
    }
  });
}

int reset_password(const Options& options) {
  if (options.account.empty()) {
    std::cerr << "Name the account: pollux reset-password --account NAME\n";
    return 2;
  }
  const auto recovered = recover(options);
  if (!recovered) {
    std::cerr << recovered.error().message << '\n';
    return 1;
  }
  std::cout
      << "The new password of " << recovered->account.name << ": " << recovered->password
      << "\nSign in and change it. All sessions of the account have ended; its API keys remain valid.\n";
  return 0;
}

}  // namespace pollux::standalone
