#include "accounts/recovery.hpp"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sign_in/accounts_on_sqlite.hpp"

namespace pollux::accounts {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class RecoveryTest : public AccountsOnSqlite {
 protected:
  AccountResult<RecoveredAccount> reset(const std::string& name) {
    return reset_password(account_store(), hasher_, name, now_);
  }
};

TEST_F(RecoveryTest, GivesAnAccountANewPasswordAndEndsItsSessions) {
  const Account ann = set_up();
  const std::string session = sign_in("Ann").token;
  const auto key =
      management_.create_key(principal("Ann"), {"Import", {Scope::polls_read}, std::nullopt}, now_).value();
  const RecoveredAccount recovered = reset(" ANN ").value();
  EXPECT_EQ(recovered.account.id, ann.id);
  EXPECT_EQ(recovered.account.role, Role::owner);
  EXPECT_THAT(recovered.password, MatchesRegex("[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{6}"));
  EXPECT_EQ(error_of(attempt("Ann", good_password)), AccountErrorCode::unauthenticated);
  EXPECT_FALSE(sign_in_.authenticate(session, now_)) << "it may be that of a thief";
  EXPECT_TRUE(sign_in_.authenticate_key("Bearer " + key.secret, now_));
  const AuditEvent event = latest_event();
  EXPECT_EQ(event.action, action::account_password_changed);
  EXPECT_EQ(event.actor, "pollux");
  EXPECT_EQ(event.account, std::nullopt);
  EXPECT_EQ(event.detail, "Ann");
  EXPECT_EQ(sign_in("Ann", recovered.password).principal.account, ann.id);
  EXPECT_NE(reset("Ann")->password, recovered.password);
}

TEST_F(RecoveryTest, NamesTheAccountsIfThereIsNoneOfThatName) {
  EXPECT_THAT(reset("Ann").error().message, HasSubstr("nor any other"));
  set_up("Zoe");
  create("Bob", Role::editor, "Zoe");
  const auto missing = reset("Ann");
  EXPECT_EQ(error_of(missing), AccountErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("\"Ann\". There are: Zoe (owner), Bob (editor)."));
  for (int n = 0; n < 9; ++n) create("Person " + std::to_string(n), Role::editor, "Zoe");
  EXPECT_THAT(reset("Ann").error().message, HasSubstr("Person 7 (editor) and 1 more."));
  EXPECT_THAT(reset("Ann").error().message, Not(HasSubstr("Person 8")));
}

}  // namespace
}  // namespace pollux::accounts
