// What the suites of the stores of accounts require of an adapter, and what they have in common.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "accounts/account_store.hpp"
#include "accounts/audit_log.hpp"
#include "conformance/subjects.hpp"

namespace pollux::conformance {

// On one connection, for one thread at a time.
struct AccountStoresOfOne {
  std::unique_ptr<accounts::AccountStore> account_store;
  std::unique_ptr<accounts::CredentialStore> credential_store;
  std::unique_ptr<accounts::AuditLog> audit_log;
};

// Empty stores.
class AccountStoresSubject {
 public:
  virtual ~AccountStoresSubject() = default;

  // With a connection of their own, as another process has it.
  virtual AccountStoresOfOne connect(std::size_t max_accounts) = 0;
  AccountStoresOfOne connect() { return connect(accounts::AccountStore::max_accounts); }
};

std::vector<Adapter<AccountStoresSubject>> account_stores();

inline constexpr accounts::AccountTime today =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12);

template <class T>
accounts::AccountErrorCode error_of(const accounts::AccountResult<T>& result) {
  EXPECT_FALSE(result) << "an error was expected";
  return result ? accounts::AccountErrorCode::internal : result.error().code;
}

inline accounts::AuditEvent event(const std::string& detail = "", accounts::AccountTime at = today) {
  return accounts::event_of_program("test", detail, at);
}

class AccountStoresTest : public testing::TestWithParam<Adapter<AccountStoresSubject>> {
 protected:
  accounts::AccountStore& store() { return *stores_.account_store; }
  accounts::CredentialStore& credentials() { return *stores_.credential_store; }
  accounts::AuditLog& log() { return *stores_.audit_log; }

  // Ids sort by time, and those of a test are made one millisecond apart.
  std::string next_id() { return accounts::make_id(today + std::chrono::milliseconds(++made_)); }

  accounts::Account account(const std::string& name, accounts::Role role = accounts::Role::editor) {
    return {.id = accounts::AccountId::parse(next_id()).value(),
            .name = name,
            .role = role,
            .password = "$argon2id$ of " + name,
            .created_at = today,
            .changed_at = today};
  }
  accounts::Account owner(const std::string& name = "Ann") { return account(name, accounts::Role::owner); }
  accounts::Account set_up(const std::string& name = "Ann") {
    accounts::Account first = owner(name);
    EXPECT_TRUE(store().set_up({}, first, event(), today));
    return first;
  }
  accounts::Account create(const accounts::Account& made) {
    EXPECT_TRUE(store().create(made, event()));
    return made;
  }

  accounts::Session session(const accounts::AccountId& of, accounts::AccountTime at = today) {
    return {.token = accounts::SecretHash::of(accounts::make_token()),
            .account = of,
            .created_at = at,
            .seen_at = at,
            .authenticated_at = at};
  }
  accounts::Session started(const accounts::Account& of, accounts::AccountTime at = today) {
    accounts::Session begun = session(of.id, at);
    EXPECT_TRUE(credentials().start_session(begun, of.revision, {}, event()));
    return begun;
  }
  accounts::ApiKey key(const accounts::AccountId& of, const std::string& label = "Import") {
    return {.id = accounts::KeyId::parse(next_id()).value(),
            .account = of,
            .label = label,
            .hint = "plx_1a2b\u2026",
            .scopes = {accounts::Scope::polls_read},
            .created_at = today};
  }

  // The details of the events, the latest first.
  std::vector<std::string> events() {
    std::vector<std::string> details;
    const accounts::AuditPage page = log().list({}).value();
    for (const accounts::AuditRecord& record : page.records) details.push_back(record.event.detail);
    return details;
  }

  // Runs `act` for each of `users` at once, each with a connection of its own and the number of the user.
  void at_once(int users, const std::function<void(int user, AccountStoresOfOne& stores)>& act) {
    std::vector<AccountStoresOfOne> stores;
    for (int user = 0; user < users; ++user) {
      stores.push_back(subject_->connect());
      ASSERT_TRUE(stores.back().account_store->has_accounts()) << "it is connected";
    }
    std::latch start(users);
    std::vector<std::jthread> threads;
    for (int user = 0; user < users; ++user) {
      threads.emplace_back([&, user] {
        start.arrive_and_wait();
        act(user, stores.at(static_cast<std::size_t>(user)));
      });
    }
  }

  const std::unique_ptr<AccountStoresSubject> subject_ = GetParam().make();

 private:
  AccountStoresOfOne stores_ = subject_->connect();
  int made_ = 0;
};

}  // namespace pollux::conformance
