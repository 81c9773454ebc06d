// The contract of AccountStore, for one user at a time. account_store_races.cpp has several at once.
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
using accounts::make_token;
using accounts::Role;
using accounts::SecretHash;
using testing::ElementsAre;

class AccountStoreConformance : public AccountStoresTest {
 protected:
  SecretHash offered(accounts::AccountTime expires_at = today + 30min) {
    SecretHash token = SecretHash::of(make_token());
    EXPECT_TRUE(store().offer_setup(token, expires_at, today));
    return token;
  }
};

TEST_P(AccountStoreConformance, HasNoAccountAtFirst) {
  EXPECT_FALSE(store().has_accounts().value());
  EXPECT_TRUE(store().list().value().empty());
  EXPECT_EQ(error_of(store().find(owner().id)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(store().find_name("ann")), AccountErrorCode::not_found);
  EXPECT_FALSE(store().is_setup_offered(SecretHash::of(make_token()), today).value());
}

TEST_P(AccountStoreConformance, MakesTheFirstAccountWithATokenOnce) {
  const SecretHash token = offered();
  EXPECT_TRUE(store().is_setup_offered(token, today).value());
  const SecretHash other = SecretHash::of(make_token());
  EXPECT_EQ(error_of(store().set_up(other, owner(), event(), today)), AccountErrorCode::unauthenticated);
  EXPECT_FALSE(store().has_accounts().value());
  const Account first = owner();
  ASSERT_TRUE(store().set_up(token, first, event("set up"), today));
  EXPECT_EQ(store().find(first.id).value(), first);
  EXPECT_EQ(error_of(store().set_up(token, owner("Bob"), event(), today)), AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(store().set_up({}, owner("Bob"), event(), today)), AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(store().offer_setup(token, today + 30min, today)), AccountErrorCode::not_allowed);
  EXPECT_FALSE(store().is_setup_offered(token, today).value()) << "it is used";
  EXPECT_THAT(events(), ElementsAre("set up"));
}

TEST_P(AccountStoreConformance, AcceptsATokenUntilItExpires) {
  const SecretHash token = offered(today + 30min);
  EXPECT_TRUE(store().is_setup_offered(token, today + 30min - 1s).value());
  EXPECT_FALSE(store().is_setup_offered(token, today + 30min).value());
  EXPECT_EQ(error_of(store().set_up(token, owner(), event(), today + 30min)),
            AccountErrorCode::unauthenticated);
  EXPECT_TRUE(store().set_up(token, owner(), event(), today + 30min - 1s));
}

TEST_P(AccountStoreConformance, AcceptsTheTokensOfSeveralProcesses) {
  const SecretHash first = offered(today + 30min);
  std::vector<SecretHash> tokens;
  for (std::size_t n = 0; n < accounts::AccountStore::max_setup_tokens; ++n)
    tokens.push_back(offered(today + 31min + std::chrono::seconds(n)));
  EXPECT_FALSE(store().is_setup_offered(first, today).value()) << "the oldest was replaced";
  for (const SecretHash& token : tokens) EXPECT_TRUE(store().is_setup_offered(token, today).value());
  ASSERT_TRUE(subject_->connect().account_store->set_up(tokens.front(), owner(), event(), today));
  EXPECT_FALSE(store().is_setup_offered(tokens.back(), today).value()) << "all are forgotten";
}

TEST_P(AccountStoreConformance, KeepsEveryField) {
  set_up();
  const Account made{.id = accounts::AccountId::parse(next_id()).value(),
                     .name = "Zo\u00EB 'Drop' \"Table\" % _ \\ ;--",
                     .role = Role::editor,
                     .password = std::string(127, '$'),
                     .created_at = today + 1s,
                     .changed_at = today + 2s};
  ASSERT_TRUE(store().create(made, event()));
  EXPECT_EQ(store().find(made.id).value(), made);
  EXPECT_EQ(store().find_name(accounts::name_key(made.name)).value(), made);
  EXPECT_EQ(subject_->connect().account_store->find(made.id).value(), made) << "another connection";
}

TEST_P(AccountStoreConformance, HasEachNameOnce) {
  set_up("Zo\u00EB");
  EXPECT_EQ(error_of(store().create(account("ZO\u00CB"), event("again"))), AccountErrorCode::conflict);
  EXPECT_EQ(error_of(store().create(account(" zoe\u0308 "), event("again"))), AccountErrorCode::conflict);
  EXPECT_TRUE(store().create(account("Zoe"), event("another")));
  EXPECT_THAT(events(), ElementsAre("another", "")) << "what failed is no event";
}

TEST_P(AccountStoreConformance, ListsAccountsByName) {
  set_up("Mia");
  for (const char* name : {"zoe", "Ann", "bob"}) create(account(name));
  std::vector<std::string> names;
  const std::vector<Account> found = store().list().value();
  for (const Account& each : found) names.push_back(each.name);
  EXPECT_THAT(names, ElementsAre("Ann", "bob", "Mia", "zoe"));
}

TEST_P(AccountStoreConformance, HasAtMostSoManyAccounts) {
  set_up();
  const AccountStoresOfOne limited = subject_->connect(2);
  ASSERT_TRUE(limited.account_store->create(account("Bob"), event()));
  EXPECT_EQ(error_of(limited.account_store->create(account("Cleo"), event())), AccountErrorCode::full);
}

TEST_P(AccountStoreConformance, ChangesAnAccountOfThatRevision) {
  set_up();
  const Account bob = create(account("Bob"));
  Account changed = store().change(bob.id, 1, {.role = Role::owner}, event("role", today + 1s)).value();
  EXPECT_EQ(changed.role, Role::owner);
  EXPECT_EQ(changed.password, bob.password);
  EXPECT_EQ(changed.revision, 2U);
  EXPECT_EQ(changed.changed_at, today + 1s);
  EXPECT_EQ(store().find(bob.id).value(), changed);
  changed = store().change(bob.id, 2, {.password = "$argon2id$ new"}, event("password", today + 2s)).value();
  EXPECT_EQ(changed.password, "$argon2id$ new");
  EXPECT_EQ(changed.role, Role::owner);
  EXPECT_EQ(store().find(bob.id).value(), changed);
  EXPECT_EQ(error_of(store().change(bob.id, 2, {.role = Role::editor}, event())), AccountErrorCode::conflict);
  EXPECT_EQ(error_of(store().change(owner().id, 1, {.role = Role::editor}, event())),
            AccountErrorCode::not_found);
  EXPECT_THAT(events(), ElementsAre("password", "role", "", ""));
}

TEST_P(AccountStoreConformance, EndsTheOtherSessionsOfAChangedAccount) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const accounts::Session here = started(bob);
  const accounts::Session elsewhere = started(bob);
  const accounts::Session of_ann = started(ann);
  ASSERT_TRUE(store().change(bob.id, 1, {.password = "$argon2id$ new", .keep_session = here.token}, event()));
  EXPECT_TRUE(credentials().find_session(here.token));
  EXPECT_EQ(error_of(credentials().find_session(elsewhere.token)), AccountErrorCode::not_found);
  EXPECT_TRUE(credentials().find_session(of_ann.token));
  ASSERT_TRUE(store().change(bob.id, 2, {.role = Role::owner}, event()));
  EXPECT_EQ(error_of(credentials().find_session(here.token)), AccountErrorCode::not_found);
}

TEST_P(AccountStoreConformance, AlwaysHasAnOwner) {
  const Account ann = set_up();
  EXPECT_EQ(error_of(store().change(ann.id, 1, {.role = Role::editor}, event())),
            AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(store().remove(ann.id, 1, event())), AccountErrorCode::not_allowed);
  const Account bob = create(owner("Bob"));
  ASSERT_TRUE(store().change(ann.id, 1, {.role = Role::editor}, event()));
  EXPECT_EQ(error_of(store().remove(bob.id, 1, event())), AccountErrorCode::not_allowed);
  EXPECT_TRUE(store().remove(ann.id, 2, event()));
}

TEST_P(AccountStoreConformance, RemovesAnAccountWithItsSessionsAndKeys) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const accounts::Session session = started(bob);
  const SecretHash secret = SecretHash::of(accounts::make_api_key());
  ASSERT_TRUE(credentials().create_key(key(bob.id), secret, event()));
  EXPECT_EQ(error_of(store().remove(bob.id, 2, event())), AccountErrorCode::conflict);
  ASSERT_TRUE(store().remove(bob.id, 1, event("removed")));
  EXPECT_EQ(error_of(store().find(bob.id)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(credentials().find_session(session.token)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(credentials().find_key(secret)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(store().remove(bob.id, 1, event())), AccountErrorCode::not_found);
  EXPECT_EQ(events().front(), "removed");
  EXPECT_TRUE(store().create(account("Bob"), event())) << "the name is free again";
  EXPECT_TRUE(store().find(ann.id));
}

TEST_P(AccountStoreConformance, ReplacesAHashOfTheSamePassword) {
  const Account ann = set_up();
  const accounts::Session session = started(ann);
  ASSERT_TRUE(store().rehash(ann.id, 1, "$argon2id$ stronger"));
  Account expected = ann;
  expected.password = "$argon2id$ stronger";
  EXPECT_EQ(store().find(ann.id).value(), expected);
  EXPECT_TRUE(credentials().find_session(session.token)) << "it is no change";
  ASSERT_TRUE(store().rehash(ann.id, 2, "$argon2id$ of an older password"));
  EXPECT_EQ(store().find(ann.id).value(), expected);
  EXPECT_THAT(events(), ElementsAre("", ""));
}

// Either both are recorded, or neither.
TEST_P(AccountStoreConformance, ChangesNothingIfTheEventIsInvalid) {
  accounts::AuditEvent invalid = event();
  invalid.action = "Not an action";
  EXPECT_EQ(error_of(store().set_up({}, owner(), invalid, today)), AccountErrorCode::invalid);
  EXPECT_FALSE(store().has_accounts().value());
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  EXPECT_EQ(error_of(store().create(account("Cleo"), invalid)), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(store().change(bob.id, 1, {.role = Role::owner}, invalid)), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(store().remove(bob.id, 1, invalid)), AccountErrorCode::invalid);
  EXPECT_EQ(store().find(bob.id).value(), bob);
  EXPECT_EQ(store().list().value().size(), 2U);
  EXPECT_THAT(events(), ElementsAre("", ""));
}

INSTANTIATE_TEST_SUITE_P(, AccountStoreConformance, testing::ValuesIn(account_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
