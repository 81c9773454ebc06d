// The fixture of these tests: stores on a SQLite file, the services on them, and a clock that the test moves.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "accounts/account_management.hpp"
#include "accounts/first_run.hpp"
#include "accounts/sign_in.hpp"
#include "base/testing/temporary_directory.hpp"
#include "store/sqlite_sql_database.hpp"

namespace pollux::accounts {

inline constexpr std::string_view good_password = "four random words";
inline constexpr std::string_view network = "192.0.2.1";

template <class T>
AccountErrorCode error_of(const AccountResult<T>& result) {
  EXPECT_FALSE(result) << "an error was expected";
  return result ? AccountErrorCode::internal : result.error().code;
}

class AccountsOnSqlite : public testing::Test {
 protected:
  store::AccountStores connect() {
    // SQLite does not serve waiting connections in turn, and on a slow disk each commit takes long.
    constexpr std::chrono::seconds lock_wait(60);
    return store::open_sqlite_account_stores(*votes_, {}, lock_wait).value();
  }

  AccountStore& account_store() { return *stores_.account_store; }
  CredentialStore& credentials() { return *stores_.credential_store; }

  Account set_up(const std::string& name = "Ann") {
    EXPECT_TRUE(first_run_.create_owner(name, good_password, now_).value());
    return account_store().find_name(name_key(name)).value();
  }

  AccountResult<SignIn::SignedIn> attempt(std::string_view name, std::string_view password,
                                          std::string_view from = network) {
    return sign_in_.sign_in({name, password, from}, "", now_);
  }
  SignIn::SignedIn sign_in(std::string_view name, std::string_view password = good_password) {
    return attempt(name, password).value();
  }
  Principal principal(std::string_view name) { return sign_in(name).principal; }

  // An account that an owner has made, with good_password.
  Account create(const std::string& name, Role role = Role::editor, std::string_view by = "Ann") {
    return management_.create(principal(by), {name, role, good_password}, now_).value();
  }

  // The actions of the audit log, the latest first.
  std::vector<std::string> actions() {
    std::vector<std::string> names;
    const AuditPage page = stores_.audit_log->list({}).value();
    for (const AuditRecord& record : page.records) names.push_back(record.event.action);
    return names;
  }
  AuditEvent latest_event() { return stores_.audit_log->list({.limit = 1}).value().records.at(0).event; }

  AccountTime now_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12);

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
  store::AccountStores stores_ = connect();

 protected:
  PasswordHasher hasher_;
  SignInThrottle throttle_;
  FirstRun first_run_{*stores_.account_store, hasher_};
  SignIn sign_in_{*stores_.account_store, *stores_.credential_store, hasher_, throttle_};
  AccountManagement management_{*stores_.account_store, *stores_.credential_store, hasher_, sign_in_};
};

}  // namespace pollux::accounts
