#include "accounts/password_rules.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::accounts {
namespace {

using testing::HasSubstr;

std::string message(std::string_view password, std::string_view name = "zoe") {
  const auto checked = check_new_password(password, name);
  return checked ? "" : checked.error().message;
}

TEST(NewPassword, HasAtLeastEightCharacters) {
  EXPECT_THAT(message("xk3q9vw"), HasSubstr("at least 8 characters"));
  EXPECT_EQ(message("xk3q9vwz"), "");
  EXPECT_THAT(message("ä€ö𝕏ßñë"), HasSubstr("at least 8 characters")) << "seven, in more bytes";
  EXPECT_EQ(message("ä€ö𝕏ßñëq"), "");
}

TEST(NewPassword, HasAtMost1024Bytes) {
  std::string longest;
  while (longest.size() < max_password_bytes) longest += "k7#Qz" + std::to_string(longest.size() * 31 % 977);
  longest.resize(max_password_bytes);
  EXPECT_EQ(message(longest), "");
  EXPECT_THAT(message(longest + "x"), HasSubstr("more than 1024 bytes"));
}

TEST(NewPassword, IsPlainText) {
  EXPECT_THAT(message("xk3q9vwz\n"), HasSubstr("not plain text"));
  EXPECT_THAT(message(std::string("xk3q9\0vwz", 9)), HasSubstr("not plain text"));
  EXPECT_THAT(message("xk3q9vwz\xFF"), HasSubstr("not plain text"));
}

TEST(NewPassword, IsNotAmongTheFirstGuesses) {
  const std::string easy_to_guess = message("12345678");
  EXPECT_THAT(easy_to_guess, HasSubstr("easy to guess"));
  for (const std::string common :
       {"password",    "Password1!",    "P@ssw0rd", "passwort2026",  "12345678",    "87654321",
        "1234567890",  "11111111",      "aaaaaaaa", "abcdefgh",      "qwertyuiop",  "qwertz123",
        "azerty123",   "1q2w3e4r",      "1qaz2wsx", "iloveyou",      "ILoveYou!!",  "letmein1",
        "admin123",    "Administrator", "welcome1", "Sommer2026!",   "sunshine",    "monkey99",
        "football7",   "michael1",      "Anna1987", "zoe12345",      "Zoe_Zoe_Zoe", "pollux-pollux",
        "abcabcabc",   "xk3xk3xk3",     "trustno1", "dragon dragon", "asdfasdf",    "motdepasse",
        "changeme123", "000000000000",  "abcd1234", "passpass"}) {
    EXPECT_EQ(message(common), easy_to_guess) << common << ": the message is the same, without the password";
  }
}

TEST(NewPassword, MayBeAnythingElse) {
  for (const std::string good : {"correct horse battery staple", "kz7wq-pm", "Tr0ub4dor&3",
                                 "hunter2 mows the lawn", "Blumenkohl-Tarif", "zoe likes marzipan",
                                 "\u65E5\u672C\u8A9E\u306E\u30D1\u30B9\u30EF\u30FC\u30C9", "3141592653"}) {
    EXPECT_EQ(message(good), "") << good;
  }
}

TEST(NewPassword, DoesNotContainTheNameOfTheAccount) {
  EXPECT_THAT(message("ada.lovelace", "Ada Lovelace"), HasSubstr("easy to guess"));
  EXPECT_THAT(message("LOVELACE1985", "ada@lovelace.example"), HasSubstr("easy to guess"));
  EXPECT_EQ(message("ada.lovelace", "bob"), "");
}

TEST(GuessWeight, CountsParts) {
  EXPECT_EQ(guess_weight("", ""), 0U);
  EXPECT_EQ(guess_weight("Password1!", ""), 3U);
  EXPECT_EQ(guess_weight("qwertz123", ""), 2U);
  EXPECT_EQ(guess_weight("hunter2026", ""), 2U);
  EXPECT_EQ(guess_weight("xk3q9vwz", ""), 8U);
  EXPECT_EQ(guess_weight("xk3qxk3q", ""), 4U);
  EXPECT_EQ(guess_weight("aaaa", ""), 1U);
  EXPECT_EQ(guess_weight("poiuyt", ""), 1U) << "backwards";
  EXPECT_EQ(guess_weight("1987", ""), 1U);
  EXPECT_EQ(guess_weight("2187", ""), 4U);
}

}  // namespace
}  // namespace pollux::accounts
