#include "accounts/first_run.hpp"

#include <latch>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sign_in/accounts_on_sqlite.hpp"

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class FirstRunTest : public AccountsOnSqlite {
 protected:
  std::string offer() { return first_run_.offer(now_).value().value(); }
  AccountResult<Account> complete(std::string_view token, const std::string& name = "Ann",
                                  std::string_view password = good_password) {
    return first_run_.complete(token, name, password, now_);
  }
};

TEST_F(FirstRunTest, MakesAnOwnerWhoCanSignIn) {
  const Account owner = complete(offer()).value();
  EXPECT_EQ(owner.role, Role::owner);
  EXPECT_EQ(account_store().find(owner.id).value(), owner);
  EXPECT_EQ(sign_in("Ann").principal.role, Role::owner);
  EXPECT_THAT(actions(), ElementsAre("signed_in", "set_up"));
}

TEST_F(FirstRunTest, HidesTheTokenBehindAHash) {
  EXPECT_EQ(setup_address("https://example.org/admin/", "0123"), "https://example.org/admin/#setup=0123");
}

TEST_F(FirstRunTest, AcceptsATokenOnceAndForHalfAnHour) {
  const std::string expired = offer();
  now_ += 30min;
  EXPECT_EQ(error_of(complete(expired)), AccountErrorCode::unauthenticated);
  const std::string token = offer();
  now_ += 30min - 1s;
  for (const std::string& other : {std::string(), make_token(), token.substr(1), token + "0"})
    EXPECT_EQ(error_of(complete(other)), AccountErrorCode::unauthenticated);
  EXPECT_FALSE(account_store().has_accounts().value());
  ASSERT_TRUE(complete(token));
  EXPECT_EQ(error_of(complete(token, "Bob")), AccountErrorCode::not_allowed);
}

TEST_F(FirstRunTest, KeepsTheTokenValidAfterAnUnusableNameOrPassword) {
  const std::string token = offer();
  EXPECT_EQ(error_of(complete(token, "Ann", "12345678")), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(complete(token, " ", good_password)), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(complete(token, std::string(Account::max_name_bytes + 1, 'x'))),
            AccountErrorCode::invalid);
  EXPECT_TRUE(complete(token));
}

TEST_F(FirstRunTest, OffersNothingOnceThereIsAnAccount) {
  const std::string offered_before = offer();
  set_up();
  EXPECT_EQ(first_run_.offer(now_).value(), std::nullopt);
  EXPECT_EQ(error_of(complete(offered_before, "Bob")), AccountErrorCode::not_allowed);
}

TEST_F(FirstRunTest, TakesThePasswordOfTheSettingsForTheFirstAccountOnly) {
  EXPECT_TRUE(first_run_.create_owner("admin", good_password, now_).value());
  EXPECT_TRUE(attempt("admin", good_password));
  EXPECT_FALSE(first_run_.create_owner("admin", "five random other words", now_).value()) << "the next start";
  EXPECT_TRUE(attempt("admin", good_password));
  EXPECT_EQ(account_store().list()->size(), 1U);
}

TEST_F(FirstRunTest, RejectsAWeakPasswordOfTheSettings) {
  const auto rejected = first_run_.create_owner("admin", "password", now_);
  EXPECT_EQ(error_of(rejected), AccountErrorCode::invalid);
  EXPECT_THAT(rejected.error().message, HasSubstr("easy to guess"));
  EXPECT_FALSE(account_store().has_accounts().value());
}

// Fifty people open the address at once. Some of them are asked to try again, since few passwords are hashed
// at a time; one is the owner.
TEST_F(FirstRunTest, LetsOneOfFiftyWin) {
  constexpr int people = 50;
  const std::string token = offer();
  std::vector<store::AccountStores> stores;
  for (int person = 0; person < people; ++person) stores.push_back(connect());
  std::mutex mutex;
  std::vector<std::string> winners;
  std::latch start(people);
  std::vector<std::jthread> threads;
  for (int person = 0; person < people; ++person) {
    threads.emplace_back([&, person] {
      const std::string name = "Person " + std::to_string(person);
      FirstRun first_run(*stores.at(static_cast<std::size_t>(person)).account_store, hasher_);
      start.arrive_and_wait();
      const auto done = first_run.complete(token, name, good_password, now_);
      const std::lock_guard lock(mutex);
      if (done) {
        winners.push_back(name);
      } else {
        EXPECT_THAT(done.error().code,
                    testing::AnyOf(AccountErrorCode::not_allowed, AccountErrorCode::unauthenticated,
                                   AccountErrorCode::full))
            << done.error().message;
      }
    });
  }
  threads.clear();
  ASSERT_EQ(winners.size(), 1U);
  EXPECT_EQ(account_store().list()->size(), 1U);
  EXPECT_EQ(account_store().list()->front().name, winners.front());
  EXPECT_TRUE(attempt(winners.front(), good_password));
}

}  // namespace
}  // namespace pollux::accounts
