#include "accounts/password_hasher.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/password_rules.hpp"
#include "base/testing/eventually.hpp"

namespace pollux::accounts {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class PasswordHasherTest : public testing::Test {
 protected:
  bool verify(std::string_view password, const std::string& hash) {
    return hasher_.verify(password, hash).value();
  }
  AccountErrorCode error_of(std::string_view password, const std::string& hash) {
    const auto verified = hasher_.verify(password, hash);
    EXPECT_FALSE(verified) << "an error was expected";
    return verified ? AccountErrorCode::full : verified.error().code;
  }

  PasswordHasher hasher_;
};

TEST_F(PasswordHasherTest, VerifiesThePasswordThatItHashed) {
  const std::string hash = hasher_.hash("four random words").value();
  EXPECT_THAT(hash, StartsWith("$argon2id$v=19$m=47104,t=1,p=1$"));
  EXPECT_LE(hash.size(), PasswordHasher::max_hash_bytes);
  EXPECT_TRUE(verify("four random words", hash));
  EXPECT_FALSE(verify("four random word", hash));
  EXPECT_FALSE(verify("Four random words", hash));
  EXPECT_FALSE(verify("", hash));
  EXPECT_NE(hasher_.hash("four random words").value(), hash) << "another salt";
  EXPECT_FALSE(PasswordHasher::is_outdated(hash));
}

// Of the reference implementation's tests (P-H-C/phc-winner-argon2, test.c): argon2id, version 0x13.
TEST_F(PasswordHasherTest, VerifiesHashesOfOtherPrograms) {
  const std::string foreign =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_TRUE(verify("password", foreign));
  EXPECT_FALSE(verify("passwore", foreign));
  EXPECT_TRUE(PasswordHasher::is_outdated(foreign)) << "it needs less memory";
}

TEST_F(PasswordHasherTest, TakesComposedAndDecomposedLettersForTheSame) {
  const std::string hash = hasher_.hash("Z\u00FCrich im Regen").value();
  EXPECT_TRUE(verify("Zu\u0308rich im Regen", hash));
  EXPECT_FALSE(verify("Zurich im Regen", hash));
}

TEST_F(PasswordHasherTest, RejectsTextThatIsNoPassword) {
  for (const std::string& text : {std::string(), std::string("four\nrandom"), std::string("four\0random", 11),
                                  std::string("\xFF\xFF"), std::string(max_password_bytes + 1, 'x')}) {
    const auto hashed = hasher_.hash(text);
    ASSERT_FALSE(hashed);
    EXPECT_EQ(hashed.error().code, AccountErrorCode::invalid);
    EXPECT_THAT(hashed.error().message, HasSubstr("plain text"));
  }
  const std::string longest(max_password_bytes, 'x');
  const std::string hash = hasher_.hash(longest).value();
  EXPECT_TRUE(verify(longest, hash));
  EXPECT_FALSE(verify(longest + "x", hash));
  EXPECT_FALSE(verify("four\nrandom", hash));
}

TEST_F(PasswordHasherTest, ReportsHashesThatAreDamagedOrTooExpensive) {
  const std::string hash = hasher_.hash("four random words").value();
  const std::string tail = hash.substr(hash.find("$m=47104") + 8);
  for (const std::string& damaged :
       {std::string(), std::string("four random words"), hash.substr(0, hash.size() - 50), hash + "*",
        "$argon2id$v=19$m=262145" + tail, "$argon2id$v=19$m=99999999999" + tail, "$argon2id$v=19$m=" + tail,
        std::string(
            "$argon2id$v=19$m=47104,t=17,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
        hash + std::string(128, 'A')}) {
    EXPECT_EQ(error_of("four random words", damaged), AccountErrorCode::internal) << damaged;
  }
}

TEST_F(PasswordHasherTest, ChecksAPasswordWithoutAccount) {
  EXPECT_TRUE(hasher_.verify_no_account("four random words"));
  EXPECT_TRUE(hasher_.verify_no_account(""));
}

// The only place is taken by a thread that hashes again and again; the others wait, and those beyond the
// limit get an error at once.
TEST(PasswordHasherUnderLoad, RejectsMoreThanMayWait) {
  PasswordHasher hasher({.at_once = 1, .max_waiting = 0, .max_wait = 60s});
  std::atomic<bool> rejected = false;
  std::vector<std::jthread> threads;
  std::atomic<int> succeeded = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      eventually([&] {
        const auto hashed = hasher.hash("four random words");
        if (hashed) {
          ++succeeded;
        } else {
          EXPECT_EQ(hashed.error().code, AccountErrorCode::full);
          EXPECT_THAT(hashed.error().message, HasSubstr("Try again"));
          rejected = true;
        }
        return rejected && succeeded > 0;
      });
    });
  }
  threads.clear();
  EXPECT_TRUE(rejected);
  EXPECT_GT(succeeded, 0) << "a place is free again after each hash";
}

TEST(PasswordHasherUnderLoad, ServesAllWhoMayWait) {
  constexpr int people = 8;
  PasswordHasher hasher({.at_once = 2, .max_waiting = people, .max_wait = 60s});
  std::atomic<int> succeeded = 0;
  {
    std::vector<std::jthread> threads;
    for (int person = 0; person < people; ++person) {
      threads.emplace_back([&] { succeeded += hasher.hash("four random words") ? 1 : 0; });
    }
  }
  EXPECT_EQ(succeeded, people);
}

}  // namespace
}  // namespace pollux::accounts
