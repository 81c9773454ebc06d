#include "accounts/token.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::accounts {
namespace {

using testing::MatchesRegex;

TEST(SecretHash, IsSha256) {
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(SecretHash::of("abc").text(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SecretHash, IsReadAsItWasStored) {
  const SecretHash hash = SecretHash::of(make_token());
  EXPECT_EQ(SecretHash::parse(hash.text()), hash);
  EXPECT_EQ(SecretHash::parse(hash.text().substr(1)), std::nullopt);
  EXPECT_EQ(SecretHash::parse(std::string(64, 'g')), std::nullopt);
  EXPECT_EQ(SecretHash::parse(std::string(64, 'A')), std::nullopt);
}

TEST(Token, Has128RandomBits) {
  std::set<std::string> tokens;
  for (int made = 0; made < 1000; ++made) tokens.insert(make_token());
  EXPECT_EQ(tokens.size(), 1000U);
  for (const std::string& token : tokens) {
    EXPECT_THAT(token, MatchesRegex("[0-9a-f]{32}"));
    EXPECT_TRUE(is_token(token));
  }
}

TEST(Token, IsRecognizedByItsForm) {
  const std::string token = make_token();
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token(token + "0"));
  EXPECT_FALSE(is_token(token.substr(1)));
  EXPECT_FALSE(is_token(token.substr(1) + "G"));
  EXPECT_FALSE(is_token(token.substr(1) + std::string(1, '\0')));
}

TEST(ApiKey, HasAPrefixAndAChecksum) {
  const std::string key = make_api_key();
  EXPECT_THAT(key, MatchesRegex("plx_[0-9a-f]{40}"));
  EXPECT_TRUE(is_api_key(key));
  EXPECT_NE(key, make_api_key());
  // A changed digit anywhere does not go unnoticed.
  for (std::size_t place = 0; place < key.size(); ++place) {
    std::string mistyped = key;
    mistyped[place] = mistyped[place] == '0' ? '1' : '0';
    EXPECT_FALSE(is_api_key(mistyped)) << mistyped;
  }
  EXPECT_FALSE(is_api_key(key.substr(0, key.size() - 1)));
  EXPECT_FALSE(is_api_key(key + "0"));
  EXPECT_FALSE(is_api_key(""));
}

TEST(ApiKey, IsShownByItsFirstDigits) {
  const std::string key = make_api_key();
  EXPECT_EQ(hint_of(key), key.substr(0, 8) + "\u2026");
}

TEST(ApiKey, IsReadFromTheAuthorizationField) {
  const std::string key = make_api_key();
  EXPECT_EQ(bearer_key("Bearer " + key), key);
  EXPECT_EQ(bearer_key("bEARER  " + key), key);
  for (const std::string& other : {std::string(), std::string("Bearer"), std::string("Bearer "), key,
                                   "Basic " + key, "Bearer" + key, "Bearer x" + key, "Bearer " + key + " "}) {
    EXPECT_EQ(bearer_key(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace pollux::accounts
