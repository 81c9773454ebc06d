#include "accounts/access.hpp"

#include <gtest/gtest.h>

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;

constexpr AccountTime sign_in_time = std::chrono::sys_days(2026y / 11 / 27) + 12h;

AccountId id(std::string_view text) {
  return AccountId::parse(text).value();
}

Principal signed_in(Role role, AccountTime at = sign_in_time) {
  return {.account = id("ann"), .name = "Ann", .role = role, .scopes = Scopes::all(), .authenticated_at = at};
}

Principal key_of(Role role, Scopes scopes) {
  return {.account = id("ann"),
          .name = "Ann",
          .role = role,
          .scopes = scopes,
          .key = KeyId::parse("key").value()};
}

TEST(Scopes, AreStoredByName) {
  EXPECT_EQ(Scopes({Scope::votes_write, Scope::polls_read}).text(), "polls:read votes:write");
  for (const Scope scope : all_scopes) {
    EXPECT_EQ(parse_scope(name_of(scope)), scope);
    EXPECT_EQ(Scopes::parse(Scopes({scope}).text()), Scopes({scope}));
  }
  EXPECT_EQ(Scopes::parse(Scopes::all().text()), Scopes::all());
  EXPECT_TRUE(Scopes::parse("").empty());
}

TEST(Scopes, OfANewerVersionAreIgnored) {
  EXPECT_EQ(Scopes::parse("polls:read polls:fly  audit:read"),
            Scopes({Scope::polls_read, Scope::audit_read}));
  EXPECT_EQ(parse_scope("polls"), std::nullopt);
}

TEST(Access, OfAnEditorIsToTheirOwnPolls) {
  const Principal editor = signed_in(Role::editor);
  for (const Scope scope : all_scopes) {
    EXPECT_EQ(access(editor, scope, id("ann"), sign_in_time), Access::allowed) << name_of(scope);
    EXPECT_EQ(access(editor, scope, id("bob"), sign_in_time), Access::hidden) << name_of(scope);
    EXPECT_EQ(access(editor, scope, std::nullopt, sign_in_time), Access::hidden) << name_of(scope);
  }
}

TEST(Access, OfAnOwnerIsToAllPolls) {
  const Principal owner = signed_in(Role::owner);
  for (const Scope scope : all_scopes) {
    EXPECT_EQ(access(owner, scope, id("bob"), sign_in_time), Access::allowed) << name_of(scope);
    EXPECT_EQ(access(owner, scope, std::nullopt, sign_in_time), Access::allowed) << name_of(scope);
  }
}

TEST(Access, OfAKeyIsWhatItWasGiven) {
  const Principal key = key_of(Role::editor, {Scope::polls_read, Scope::export_read});
  EXPECT_EQ(access(key, Scope::polls_read, sign_in_time), Access::allowed);
  EXPECT_EQ(access(key, Scope::polls_read, id("ann"), sign_in_time), Access::allowed);
  EXPECT_EQ(access(key, Scope::polls_write, id("ann"), sign_in_time), Access::forbidden);
  EXPECT_EQ(access(key, Scope::polls_read, id("bob"), sign_in_time), Access::hidden);
  EXPECT_EQ(access(key, Scope::polls_write, id("bob"), sign_in_time), Access::hidden)
      << "does not show that it exists";
  EXPECT_EQ(access(key, Scope::export_read, id("ann"), sign_in_time), Access::allowed)
      << "a key has no password";
}

TEST(Access, ToDeleteAndExportNeedsThePasswordOfTheLastMinutes) {
  const Principal owner = signed_in(Role::owner);
  for (const Scope scope : {Scope::polls_delete, Scope::export_read}) {
    EXPECT_EQ(access(owner, scope, id("bob"), sign_in_time + recent_sign_in - 1s), Access::allowed);
    EXPECT_EQ(access(owner, scope, id("bob"), sign_in_time + recent_sign_in), Access::sign_in_again);
    EXPECT_EQ(access(owner, scope, id("bob"), sign_in_time - 1s), Access::sign_in_again)
        << "the clock was set back";
  }
  EXPECT_EQ(access(owner, Scope::polls_write, id("bob"), sign_in_time + 24h), Access::allowed);
  EXPECT_EQ(access(signed_in(Role::editor), Scope::polls_delete, id("bob"), sign_in_time + 24h),
            Access::hidden);
}

TEST(Access, ToAccountsIsForOwnersWhoSignedIn) {
  EXPECT_EQ(access_to_accounts(signed_in(Role::owner)), Access::allowed);
  EXPECT_EQ(access_to_accounts(signed_in(Role::editor)), Access::forbidden);
  EXPECT_EQ(access_to_accounts(key_of(Role::owner, Scopes::all())), Access::forbidden);
}

}  // namespace
}  // namespace pollux::accounts
