#include "accounts/sign_in.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sign_in/accounts_on_sqlite.hpp"

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SignInTest : public AccountsOnSqlite {
 protected:
  AccountResult<Principal> authenticate(std::string_view token) { return sign_in_.authenticate(token, now_); }
  AccountResult<Principal> authenticate_key(const std::string& key) {
    return sign_in_.authenticate_key("Bearer " + key, now_);
  }
};

TEST_F(SignInTest, BeginsASession) {
  const Account ann = set_up();
  const SignIn::SignedIn signed_in = sign_in("Ann");
  EXPECT_TRUE(is_token(signed_in.token));
  EXPECT_EQ(signed_in.principal, (Principal{.account = ann.id,
                                            .name = "Ann",
                                            .role = Role::owner,
                                            .scopes = Scopes::all(),
                                            .authenticated_at = now_}));
  EXPECT_EQ(authenticate(signed_in.token).value(), signed_in.principal);
  EXPECT_NE(sign_in("Ann").token, signed_in.token);
  EXPECT_EQ(latest_event().action, action::signed_in);
  EXPECT_EQ(latest_event().account, ann.id);
  EXPECT_EQ(latest_event().at, now_);
}

TEST_F(SignInTest, IgnoresTheCaseOfTheName) {
  set_up("Zo\u00EB");
  EXPECT_TRUE(attempt(" ZOE\u0308 ", good_password));
}

TEST_F(SignInTest, DoesNotSayWhetherNameOrPasswordIsWrong) {
  set_up();
  const auto wrong_password = attempt("Ann", "another password");
  EXPECT_EQ(error_of(wrong_password), AccountErrorCode::unauthenticated);
  for (const std::string& name :
       {std::string("Bob"), std::string(), std::string(2000, 'x'), std::string("\xFF\n")}) {
    const auto wrong_name = attempt(name, good_password);
    EXPECT_EQ(error_of(wrong_name), AccountErrorCode::unauthenticated);
    EXPECT_EQ(wrong_name.error().message, wrong_password.error().message);
  }
  EXPECT_EQ(error_of(attempt("Ann", "")), AccountErrorCode::unauthenticated);
  EXPECT_EQ(error_of(attempt("Ann", std::string(2000, 'x'))), AccountErrorCode::unauthenticated);
  EXPECT_THAT(actions(), ElementsAre("set_up")) << "failures could fill the log";
}

TEST_F(SignInTest, RecognizesOnlyTokensOfSessions) {
  set_up();
  const std::string token = sign_in("Ann").token;
  for (const std::string& other :
       {std::string(), make_token(), token.substr(1), token + "0", make_api_key()}) {
    EXPECT_EQ(error_of(authenticate(other)), AccountErrorCode::unauthenticated) << other;
  }
  const std::string hash = SecretHash::of(token).text();
  EXPECT_EQ(error_of(authenticate(hash)), AccountErrorCode::unauthenticated) << "what is stored is no token";
  EXPECT_EQ(error_of(authenticate(hash.substr(0, 32))), AccountErrorCode::unauthenticated);
}

TEST_F(SignInTest, EndsASessionThatIsIdle) {
  set_up();
  const std::string token = sign_in("Ann").token;
  for (int request = 0; request < 5; ++request) {
    now_ += 11h + 59min;
    EXPECT_TRUE(authenticate(token)) << "each request prolongs it";
  }
  now_ += 12h;
  EXPECT_EQ(error_of(authenticate(token)), AccountErrorCode::unauthenticated);
}

TEST_F(SignInTest, EndsASessionAfterAWeekInAnyCase) {
  set_up();
  const std::string token = sign_in("Ann").token;
  for (int request = 0; request < 15; ++request) {
    now_ += 11h;
    ASSERT_TRUE(authenticate(token)) << request;
  }
  now_ += 3h;
  EXPECT_EQ(error_of(authenticate(token)), AccountErrorCode::unauthenticated);
}

// A session that someone else knows, because they began it and set the cookie, is not the one that is signed
// in.
TEST_F(SignInTest, BeginsAnotherSessionThanTheBrowserHad) {
  set_up();
  create("Mallory");
  const std::string planted = sign_in("Mallory").token;
  const auto signed_in = sign_in_.sign_in({"Ann", good_password, network}, planted, now_);
  ASSERT_TRUE(signed_in);
  EXPECT_NE(signed_in->token, planted);
  EXPECT_EQ(authenticate(signed_in->token)->name, "Ann");
  EXPECT_EQ(error_of(authenticate(planted)), AccountErrorCode::unauthenticated) << "it has ended";
  const std::string invented(32, 'a');
  const auto again = sign_in_.sign_in({"Ann", good_password, network}, invented, now_);
  EXPECT_NE(again->token, invented);
  EXPECT_EQ(error_of(authenticate(invented)), AccountErrorCode::unauthenticated);
}

TEST_F(SignInTest, AsksForThePasswordAgainBeforeDeletingAndExporting) {
  set_up();
  const std::string token = sign_in("Ann").token;
  now_ += recent_sign_in;
  const Principal before = authenticate(token).value();
  EXPECT_EQ(access(before, Scope::polls_delete, now_), Access::sign_in_again);
  EXPECT_EQ(error_of(sign_in_.sign_in_again(token, "another password", network, now_)),
            AccountErrorCode::unauthenticated);
  EXPECT_TRUE(authenticate(token)) << "a mistyped password ends nothing";
  const SignIn::SignedIn again = sign_in_.sign_in_again(token, good_password, network, now_).value();
  EXPECT_NE(again.token, token);
  EXPECT_EQ(access(authenticate(again.token).value(), Scope::polls_delete, now_), Access::allowed);
  EXPECT_EQ(error_of(authenticate(token)), AccountErrorCode::unauthenticated);
  EXPECT_EQ(error_of(sign_in_.sign_in_again(token, good_password, network, now_)),
            AccountErrorCode::unauthenticated);
}

TEST_F(SignInTest, MakesGuessersWait) {
  set_up();
  for (int guess = 0; guess < 5; ++guess)
    EXPECT_EQ(error_of(attempt("Ann", "guess " + std::to_string(guess))), AccountErrorCode::unauthenticated);
  const auto rejected = attempt("Ann", good_password);
  EXPECT_EQ(error_of(rejected), AccountErrorCode::too_many) << "also the right one is not checked";
  EXPECT_EQ(rejected.error().retry_after, 1s);
  EXPECT_THAT(rejected.error().message, HasSubstr("Try again in 1 seconds"));
  EXPECT_EQ(error_of(attempt("ann ", good_password)), AccountErrorCode::too_many) << "the same account";
  EXPECT_TRUE(attempt("Ann", good_password, "198.51.100.7"));
  now_ += 1s;
  EXPECT_TRUE(attempt("Ann", good_password));
}

TEST_F(SignInTest, MakesGuessersOfAnOpenSessionWaitToo) {
  set_up();
  const std::string token = sign_in("Ann").token;
  for (int guess = 0; guess < 5; ++guess) {
    EXPECT_EQ(error_of(sign_in_.sign_in_again(token, "a guess of them", network, now_)),
              AccountErrorCode::unauthenticated);
  }
  EXPECT_EQ(error_of(sign_in_.sign_in_again(token, good_password, network, now_)),
            AccountErrorCode::too_many);
}

TEST_F(SignInTest, SignsOut) {
  set_up();
  const std::string here = sign_in("Ann").token;
  const std::string elsewhere = sign_in("Ann").token;
  ASSERT_TRUE(sign_in_.sign_out(here, now_));
  EXPECT_EQ(error_of(authenticate(here)), AccountErrorCode::unauthenticated);
  EXPECT_TRUE(authenticate(elsewhere));
  EXPECT_TRUE(sign_in_.sign_out(here, now_)) << "it has ended";
  EXPECT_TRUE(sign_in_.sign_out("", now_));
  EXPECT_THAT(actions(), ElementsAre("signed_out", "signed_in", "signed_in", "set_up"));
}

TEST_F(SignInTest, ReplacesAHashThatWasMadeWithLessMemory) {
  const Account ann = set_up();
  // Of the password "password", see password_hasher_test.cpp.
  const std::string weak =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  ASSERT_TRUE(account_store().rehash(ann.id, ann.revision, weak));
  EXPECT_EQ(error_of(attempt("Ann", "passwore")), AccountErrorCode::unauthenticated);
  EXPECT_EQ(account_store().find(ann.id)->password, weak);
  ASSERT_TRUE(attempt("Ann", "password"));
  EXPECT_FALSE(PasswordHasher::is_outdated(account_store().find(ann.id)->password));
  EXPECT_TRUE(attempt("Ann", "password")) << "it is the same password";
}

TEST_F(SignInTest, RecognizesAnApiKey) {
  const Account ann = set_up();
  const AccountManagement::CreatedKey created =
      management_.create_key(principal("Ann"), {"Import", {Scope::polls_read}, std::chrono::days(1)}, now_)
          .value();
  EXPECT_EQ(authenticate_key(created.secret).value(), (Principal{.account = ann.id,
                                                                 .name = "Ann",
                                                                 .role = Role::owner,
                                                                 .scopes = {Scope::polls_read},
                                                                 .key = created.key.id}));
  EXPECT_EQ(error_of(authenticate_key(make_api_key())), AccountErrorCode::unauthenticated);
  EXPECT_EQ(error_of(sign_in_.authenticate_key("", now_)), AccountErrorCode::unauthenticated);
  const auto session = sign_in_.authenticate_key("Bearer " + sign_in("Ann").token, now_);
  EXPECT_EQ(error_of(session), AccountErrorCode::unauthenticated) << "a session is no key";
  EXPECT_THAT(session.error().message, HasSubstr("Authorization: Bearer plx_"));
  EXPECT_EQ(error_of(authenticate(created.secret)), AccountErrorCode::unauthenticated)
      << "a key is no session";
  now_ += 24h - 1s;
  EXPECT_TRUE(authenticate_key(created.secret));
  EXPECT_EQ(credentials().list_keys(ann.id)->at(0).used_at, now_);
  now_ += 1s;
  EXPECT_EQ(error_of(authenticate_key(created.secret)), AccountErrorCode::unauthenticated)
      << "it has expired";
}

TEST_F(SignInTest, StoresNeitherTokenNorKey) {
  const Account ann = set_up();
  const AccountManagement::CreatedKey created =
      management_.create_key(principal("Ann"), {"Import", {Scope::polls_read}, std::nullopt}, now_).value();
  const ApiKey stored = credentials().list_keys(ann.id)->at(0);
  EXPECT_EQ(stored, created.key);
  EXPECT_EQ(stored.hint, hint_of(created.secret));
  EXPECT_THAT(latest_event().detail, Not(HasSubstr(created.secret.substr(8))));
}

TEST(SessionCookie, HasThePrefixThatBrowsersProtectOverTls) {
  const SessionCookie cookie = session_cookie(true, {});
  EXPECT_EQ(cookie.name, "__Host-pollux_session");
  EXPECT_TRUE(cookie.secure) << "the prefix requires it";
  EXPECT_EQ(cookie.path, "/") << "the prefix requires it";
  EXPECT_EQ(cookie.same_site, "Strict");
  EXPECT_EQ(cookie.max_age, std::chrono::hours(168));
  EXPECT_EQ(session_cookie(false, {}).name, "pollux_session");
  EXPECT_FALSE(session_cookie(false, {}).secure);
}

}  // namespace
}  // namespace pollux::accounts
