// The contracts of the stores of accounts with several users at once, each with a connection of its own.
#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/account_stores.hpp"

namespace pollux::conformance {
namespace {

using namespace std::chrono_literals;
using accounts::Account;
using accounts::AccountErrorCode;
using accounts::Role;
using accounts::SecretHash;
using accounts::Session;
using testing::Each;

class AccountStoreRaces : public AccountStoresTest {
 protected:
  static constexpr int users = 6;

  // How the calls of one race ended.
  struct Outcomes {
    std::mutex mutex;
    int successes = 0;
    std::vector<AccountErrorCode> errors;

    template <class T>
    void count(const accounts::AccountResult<T>& result) {
      const std::lock_guard lock(mutex);
      if (result) {
        ++successes;
      } else {
        errors.push_back(result.error().code);
      }
    }
  };

  std::vector<Account> numbered(int count, Role role) {
    std::vector<Account> made;
    for (int n = 0; n < count; ++n) made.push_back(account("User " + std::to_string(n), role));
    return made;
  }
};

// Fifty people open the setup address at the same time: one becomes the owner.
TEST_P(AccountStoreRaces, UseASetupTokenOnce) {
  constexpr int people = 50;
  const SecretHash token = SecretHash::of(accounts::make_token());
  ASSERT_TRUE(store().offer_setup(token, today + 30min, today));
  const std::vector<Account> owners = numbered(people, Role::owner);
  Outcomes outcomes;
  at_once(people, [&](int user, AccountStoresOfOne& stores) {
    const Account& owner = owners.at(static_cast<std::size_t>(user));
    outcomes.count(stores.account_store->set_up(token, owner, event(owner.name), today));
  });
  EXPECT_EQ(outcomes.successes, 1);
  EXPECT_EQ(outcomes.errors.size(), people - 1U);
  EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::not_allowed));
  const std::vector<Account> made = store().list().value();
  ASSERT_EQ(made.size(), 1U);
  EXPECT_THAT(events(), testing::ElementsAre(made.front().name)) << "the losers have no event";
}

// Two processes that start with a password of the settings, while someone uses a setup address.
TEST_P(AccountStoreRaces, MakeOneFirstAccountInAnyWay) {
  const SecretHash token = SecretHash::of(accounts::make_token());
  ASSERT_TRUE(store().offer_setup(token, today + 30min, today));
  const std::vector<Account> owners = numbered(users, Role::owner);
  Outcomes outcomes;
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    const std::optional<SecretHash> used = user % 2 == 0 ? std::optional(token) : std::nullopt;
    outcomes.count(
        stores.account_store->set_up(used, owners.at(static_cast<std::size_t>(user)), event(), today));
  });
  EXPECT_EQ(outcomes.successes, 1);
  EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::not_allowed));
  EXPECT_EQ(store().list().value().size(), 1U);
}

TEST_P(AccountStoreRaces, TakeANameOnce) {
  set_up();
  std::vector<Account> same;
  for (int user = 0; user < users; ++user) same.push_back(account("Zoe"));
  Outcomes outcomes;
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    outcomes.count(stores.account_store->create(same.at(static_cast<std::size_t>(user)), event()));
  });
  EXPECT_EQ(outcomes.successes, 1);
  EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::conflict));
}

// All owners want to be editors, or remove each other: one remains.
TEST_P(AccountStoreRaces, KeepAnOwner) {
  std::vector<Account> owners{set_up()};
  for (const Account& other : numbered(users - 1, Role::owner)) owners.push_back(create(other));
  Outcomes outcomes;
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    const Account& owner = owners.at(static_cast<std::size_t>(user));
    if (user % 2 == 0) {
      outcomes.count(stores.account_store->change(owner.id, 1, {.role = Role::editor}, event()));
    } else {
      outcomes.count(stores.account_store->remove(owner.id, 1, event()));
    }
  });
  EXPECT_EQ(outcomes.successes, users - 1);
  EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::not_allowed));
  const std::vector<Account> left = store().list().value();
  EXPECT_EQ(std::ranges::count(left, Role::owner, &Account::role), 1);
}

TEST_P(AccountStoreRaces, LetOneOfSeveralChangesOfARevisionWin) {
  const Account ann = set_up();
  for (std::uint64_t revision = 1; revision <= 5; ++revision) {
    Outcomes outcomes;
    at_once(users, [&](int user, AccountStoresOfOne& stores) {
      outcomes.count(
          stores.account_store->change(ann.id, revision, {.password = std::to_string(user)}, event()));
    });
    EXPECT_EQ(outcomes.successes, 1);
    EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::conflict));
  }
  EXPECT_EQ(store().find(ann.id).value().revision, 6U);
}

// While people sign in with a stolen password, its owner changes it: no session of theirs remains.
TEST_P(AccountStoreRaces, LeaveNoSessionOfAnOlderPassword) {
  const Account ann = set_up();
  std::vector<Session> sessions;
  for (int user = 0; user < users; ++user) sessions.push_back(session(ann.id));
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    if (user == 0) {
      EXPECT_TRUE(stores.account_store->change(ann.id, 1, {.password = "$argon2id$ new"}, event()));
      return;
    }
    const auto started =
        stores.credential_store->start_session(sessions.at(static_cast<std::size_t>(user)), 1, {}, event());
    if (!started) {
      EXPECT_EQ(started.error().code, AccountErrorCode::conflict);
    }
  });
  for (const Session& each : sessions) EXPECT_FALSE(credentials().find_session(each.token));
}

TEST_P(AccountStoreRaces, KeepTheLimitOfSessions) {
  const Account ann = set_up();
  constexpr std::size_t sign_ins = 10;
  std::vector<Session> sessions;
  for (std::size_t n = 0; n < users * sign_ins; ++n) sessions.push_back(session(ann.id));
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    for (std::size_t n = 0; n < sign_ins; ++n) {
      const Session& each = sessions.at(static_cast<std::size_t>(user) * sign_ins + n);
      EXPECT_TRUE(stores.credential_store->start_session(each, 1, {}, event()));
    }
  });
  std::size_t left = 0;
  for (const Session& each : sessions) left += credentials().find_session(each.token) ? 1U : 0U;
  EXPECT_EQ(left, accounts::CredentialStore::max_sessions);
}

TEST_P(AccountStoreRaces, KeepTheLimitOfKeys) {
  const Account ann = set_up();
  constexpr std::size_t each = 10;
  std::vector<accounts::ApiKey> keys;
  for (std::size_t n = 0; n < users * each; ++n) keys.push_back(key(ann.id));
  Outcomes outcomes;
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    for (std::size_t n = 0; n < each; ++n) {
      outcomes.count(stores.credential_store->create_key(keys.at(static_cast<std::size_t>(user) * each + n),
                                                         SecretHash::of(accounts::make_api_key()), event()));
    }
  });
  EXPECT_EQ(outcomes.successes, static_cast<int>(accounts::CredentialStore::max_keys));
  EXPECT_THAT(outcomes.errors, Each(AccountErrorCode::full));
}

TEST_P(AccountStoreRaces, RecordEveryEvent) {
  constexpr int each = 10;
  at_once(users, [&](int user, AccountStoresOfOne& stores) {
    for (int n = 0; n < each; ++n)
      EXPECT_TRUE(stores.audit_log->append(event(std::to_string(user) + "." + std::to_string(n))));
  });
  std::vector<std::string> details = events();
  std::ranges::sort(details);
  EXPECT_EQ(std::ranges::unique(details).size(), 0U);
  EXPECT_EQ(details.size(), static_cast<std::size_t>(users * each));
}

INSTANTIATE_TEST_SUITE_P(, AccountStoreRaces, testing::ValuesIn(account_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
