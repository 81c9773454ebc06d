#include "accounts/account_management.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sign_in/accounts_on_sqlite.hpp"

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view new_password = "five random other words";

class AccountManagementTest : public AccountsOnSqlite {
 protected:
  void SetUp() override {
    ann_ = set_up().id;
    bob_ = create("Bob").id;
  }
  Account of(const std::optional<AccountId>& id) { return account_store().find(*id).value(); }
  Principal with_key(std::string_view name) {
    Principal with = principal(name);
    with.key = KeyId::parse("key").value();
    return with;
  }
  AccountResult<AccountManagement::CreatedKey> create_key(const Principal& by,
                                                          const AccountManagement::NewKey& wanted) {
    return management_.create_key(by, wanted, now_);
  }

  std::optional<AccountId> ann_;  // an owner
  std::optional<AccountId> bob_;  // an editor
};

TEST_F(AccountManagementTest, LetsOwnersCreateAccounts) {
  const Account cleo =
      management_.create(principal("Ann"), {"Cleo", Role::owner, new_password}, now_).value();
  EXPECT_EQ(of(cleo.id), cleo);
  EXPECT_EQ(latest_event().action, action::account_created);
  EXPECT_EQ(latest_event().detail, "Cleo (owner)");
  EXPECT_EQ(latest_event().actor, "Ann");
  EXPECT_EQ(sign_in("Cleo", new_password).principal.role, Role::owner);
  EXPECT_EQ(management_.list(principal("Ann"))->size(), 3U);
}

TEST_F(AccountManagementTest, RejectsInvalidAccounts) {
  const Principal ann = principal("Ann");
  EXPECT_EQ(error_of(management_.create(ann, {"BOB", Role::editor, new_password}, now_)),
            AccountErrorCode::conflict);
  EXPECT_EQ(error_of(management_.create(ann, {"", Role::editor, new_password}, now_)),
            AccountErrorCode::invalid);
  EXPECT_EQ(error_of(management_.create(ann, {"Ed\u202E", Role::editor, new_password}, now_)),
            AccountErrorCode::invalid);
  EXPECT_EQ(error_of(management_.create(ann, {"Cleopatra", Role::editor, "cleopatra1"}, now_)),
            AccountErrorCode::invalid);
}

TEST_F(AccountManagementTest, IsForOwnersWhoSignedIn) {
  for (const Principal& by : {principal("Bob"), with_key("Ann")}) {
    EXPECT_EQ(error_of(management_.list(by)), AccountErrorCode::not_allowed);
    EXPECT_EQ(error_of(management_.create(by, {"Cleo", Role::owner, new_password}, now_)),
              AccountErrorCode::not_allowed);
    EXPECT_EQ(error_of(management_.change_role(by, *bob_, 1, Role::owner, now_)),
              AccountErrorCode::not_allowed);
    EXPECT_EQ(error_of(management_.reset_password(by, *bob_, 1, new_password, now_)),
              AccountErrorCode::not_allowed);
    EXPECT_EQ(error_of(management_.remove(by, *bob_, 1, now_)), AccountErrorCode::not_allowed);
  }
  EXPECT_EQ(of(bob_).revision, 1U);
}

TEST_F(AccountManagementTest, NeedsThePasswordOfTheLastMinutesForChangesOfOthers) {
  const Principal ann = principal("Ann");
  now_ += recent_sign_in;
  EXPECT_EQ(error_of(management_.change_role(ann, *bob_, 1, Role::owner, now_)),
            AccountErrorCode::sign_in_again);
  EXPECT_EQ(error_of(management_.reset_password(ann, *bob_, 1, new_password, now_)),
            AccountErrorCode::sign_in_again);
  EXPECT_EQ(error_of(management_.remove(ann, *bob_, 1, now_)), AccountErrorCode::sign_in_again);
  EXPECT_EQ(error_of(create_key(ann, {"Import", Scopes::all()})), AccountErrorCode::sign_in_again);
  EXPECT_TRUE(management_.remove(principal("Ann"), *bob_, 1, now_));
}

TEST_F(AccountManagementTest, ChangesRoles) {
  const std::string session = sign_in("Bob").token;
  EXPECT_EQ(management_.change_role(principal("Ann"), *bob_, 1, Role::editor, now_)->revision, 1U)
      << "it has it";
  ASSERT_TRUE(sign_in_.authenticate(session, now_));
  EXPECT_EQ(management_.change_role(principal("Ann"), *bob_, 1, Role::owner, now_)->role, Role::owner);
  EXPECT_FALSE(sign_in_.authenticate(session, now_)) << "of the former role";
  EXPECT_EQ(principal("Bob").role, Role::owner);
  EXPECT_EQ(error_of(management_.change_role(principal("Ann"), *bob_, 1, Role::editor, now_)),
            AccountErrorCode::conflict);
}

TEST_F(AccountManagementTest, KeepsTheLastOwner) {
  EXPECT_EQ(error_of(management_.change_role(principal("Ann"), *ann_, 1, Role::editor, now_)),
            AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(management_.remove(principal("Ann"), *ann_, 1, now_)), AccountErrorCode::not_allowed);
}

TEST_F(AccountManagementTest, ResetsThePasswordOfSomeoneElse) {
  const std::string session = sign_in("Bob").token;
  ASSERT_TRUE(management_.reset_password(principal("Ann"), *bob_, 1, new_password, now_));
  EXPECT_FALSE(sign_in_.authenticate(session, now_));
  EXPECT_EQ(error_of(attempt("Bob", good_password)), AccountErrorCode::unauthenticated);
  EXPECT_TRUE(attempt("Bob", new_password));
  const auto own = management_.reset_password(principal("Ann"), *ann_, 1, new_password, now_);
  EXPECT_EQ(error_of(own), AccountErrorCode::not_allowed);
  EXPECT_THAT(own.error().message, HasSubstr("with the current one"));
}

TEST_F(AccountManagementTest, LetsEveryoneChangeTheirOwnPassword) {
  const SignIn::SignedIn here = sign_in("Bob");
  const std::string elsewhere = sign_in("Bob").token;
  const auto change = [&](std::string_view current, std::string_view wanted) {
    return management_.change_password(here.principal, {here.token, current, wanted, network}, now_);
  };
  EXPECT_EQ(error_of(change("another password", new_password)), AccountErrorCode::unauthenticated);
  EXPECT_EQ(error_of(change(good_password, "bob12345")), AccountErrorCode::invalid);
  ASSERT_TRUE(change(good_password, new_password));
  EXPECT_TRUE(sign_in_.authenticate(here.token, now_));
  EXPECT_FALSE(sign_in_.authenticate(elsewhere, now_)) << "it may be a thief's";
  EXPECT_TRUE(attempt("Bob", new_password));
  EXPECT_EQ(error_of(management_.change_password(with_key("Ann"), {"", good_password, new_password, network},
                                                 now_)),
            AccountErrorCode::not_allowed);
}

TEST_F(AccountManagementTest, ListsAndEndsSessions) {
  const SignIn::SignedIn of_bob = sign_in("Bob");
  const std::vector<Session> listed = management_.list_sessions(of_bob.principal, *bob_).value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().token, SecretHash::of(of_bob.token));
  const SignIn::SignedIn of_ann = sign_in("Ann");
  const auto foreign = management_.end_session(of_bob.principal, SecretHash::of(of_ann.token), now_);
  EXPECT_EQ(error_of(foreign), AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(management_.list_sessions(of_bob.principal, *ann_)), AccountErrorCode::not_allowed);
  EXPECT_TRUE(sign_in_.authenticate(of_ann.token, now_));
  ASSERT_TRUE(management_.end_session(of_ann.principal, listed.front().token, now_));
  EXPECT_FALSE(sign_in_.authenticate(of_bob.token, now_));
  EXPECT_EQ(latest_event().action, action::session_ended);
  EXPECT_EQ(latest_event().detail, "Bob");
  EXPECT_EQ(error_of(management_.end_session(of_ann.principal, listed.front().token, now_)),
            AccountErrorCode::not_found);
}

TEST_F(AccountManagementTest, RemovesAnAccountWithItsKeys) {
  const auto key = create_key(principal("Bob"), {"Import", {Scope::polls_read}}).value();
  ASSERT_TRUE(sign_in_.authenticate_key("Bearer " + key.secret, now_));
  ASSERT_TRUE(management_.remove(principal("Ann"), *bob_, 1, now_));
  EXPECT_EQ(error_of(sign_in_.authenticate_key("Bearer " + key.secret, now_)),
            AccountErrorCode::unauthenticated);
  EXPECT_EQ(error_of(attempt("Bob", good_password)), AccountErrorCode::unauthenticated);
  EXPECT_EQ(latest_event().detail, "Bob");
}

TEST_F(AccountManagementTest, CreatesKeysWithinTheirBounds) {
  const Principal bob = principal("Bob");
  const auto created = create_key(bob, {"Import", {Scope::polls_read, Scope::votes_write}}).value();
  EXPECT_TRUE(is_api_key(created.secret));
  EXPECT_EQ(created.key.expires_at, now_ + std::chrono::days(90));
  EXPECT_EQ(management_.list_keys(bob, *bob_)->at(0), created.key);
  EXPECT_EQ(latest_event().detail, "Import (polls:read votes:write)");
  EXPECT_EQ(create_key(bob, {"For good", Scopes::all(), std::nullopt})->key.expires_at, std::nullopt);
  EXPECT_TRUE(create_key(bob, {"Long", Scopes::all(), ApiKey::max_lifetime}));
  using std::chrono::days;
  for (const AccountManagement::NewKey& wrong :
       {AccountManagement::NewKey{"", Scopes::all(), days(1)}, AccountManagement::NewKey{"None", {}, days(1)},
        AccountManagement::NewKey{std::string(101, 'x'), Scopes::all(), days(1)},
        AccountManagement::NewKey{"Short", Scopes::all(), days(0)},
        AccountManagement::NewKey{"Long", Scopes::all(), ApiKey::max_lifetime + days(1)}}) {
    EXPECT_EQ(error_of(create_key(bob, wrong)), AccountErrorCode::invalid) << wrong.label;
  }
}

TEST_F(AccountManagementTest, LetsAKeyMakeNoKeys) {
  EXPECT_EQ(error_of(create_key(with_key("Ann"), {"Import", Scopes::all()})), AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(management_.list_keys(with_key("Ann"), *ann_)), AccountErrorCode::not_allowed);
}

TEST_F(AccountManagementTest, LetsOwnersRevokeTheKeysOfOthers) {
  const auto of_ann = create_key(principal("Ann"), {"Ann's", Scopes::all()}).value();
  const auto of_bob = create_key(principal("Bob"), {"Bob's", Scopes::all()}).value();
  EXPECT_EQ(error_of(management_.list_keys(principal("Bob"), *ann_)), AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(management_.revoke_key(principal("Bob"), *ann_, of_ann.key.id, now_)),
            AccountErrorCode::not_allowed);
  EXPECT_EQ(error_of(management_.revoke_key(principal("Bob"), *bob_, of_ann.key.id, now_)),
            AccountErrorCode::not_found)
      << "the key of another account";
  EXPECT_TRUE(sign_in_.authenticate_key("Bearer " + of_ann.secret, now_));
  ASSERT_TRUE(management_.revoke_key(principal("Ann"), *bob_, of_bob.key.id, now_));
  EXPECT_FALSE(sign_in_.authenticate_key("Bearer " + of_bob.secret, now_));
  EXPECT_EQ(latest_event().action, action::key_revoked);
}

}  // namespace
}  // namespace pollux::accounts
