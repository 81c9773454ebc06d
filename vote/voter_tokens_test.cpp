#include "vote/voter_tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::vote {
namespace {

VoterTokens::Key key_of(std::uint8_t byte) {
  VoterTokens::Key key;
  key.fill(byte);
  return key;
}

std::optional<Voter> recognize(const VoterTokens& tokens, const std::string& header_value) {
  return tokens.recognize(http::TestRequest({{"Cookie", header_value}}).request);
}

class VoterTokensTest : public testing::Test {
 protected:
  VoterTokens tokens_{{key_of(1)}, {}};
};

TEST_F(VoterTokensTest, RecognizeAVoterWhomTheyCreated) {
  const Voter voter = tokens_.create();
  const auto again = recognize(tokens_, "theme=dark; voter_id=" + voter.token);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->id, voter.id);
  EXPECT_EQ(again->token, voter.token);
}

TEST_F(VoterTokensTest, CreateADifferentVoterEachTime) {
  EXPECT_NE(tokens_.create().id, tokens_.create().id);
  EXPECT_EQ(tokens_.create().id.text().size(), 44U);
}

TEST_F(VoterTokensTest, DoNotRecognizeATokenWithAChangedDigit) {
  const std::string token = tokens_.create().token;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string tampered = token;
    tampered[i] = tampered[i] == '0' ? '1' : '0';
    EXPECT_EQ(recognize(tokens_, "voter_id=" + tampered), std::nullopt) << i;
  }
}

TEST_F(VoterTokensTest, DoNotRecognizeATokenOfAnotherKey) {
  const VoterTokens foreign({key_of(2)}, {});
  EXPECT_EQ(recognize(tokens_, "voter_id=" + foreign.create().token), std::nullopt);
}

// A key is replaced in two steps, so that services with either step recognize each other's voters.
TEST_F(VoterTokensTest, RecognizeTheVotersOfASecondKeyAndRenewTheirTokens) {
  const VoterTokens prepared({key_of(1), key_of(2)}, {});
  const VoterTokens exchanged({key_of(2), key_of(1)}, {});
  const VoterTokens finished({key_of(2)}, {});
  const Voter voter = tokens_.create();
  EXPECT_EQ(recognize(prepared, "voter_id=" + voter.token)->token, voter.token);
  const auto renewed = recognize(exchanged, "voter_id=" + voter.token);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->id, voter.id);
  EXPECT_NE(renewed->token, voter.token);
  EXPECT_EQ(recognize(prepared, "voter_id=" + renewed->token)->id, voter.id);
  EXPECT_EQ(recognize(finished, "voter_id=" + renewed->token)->token, renewed->token);
  EXPECT_EQ(recognize(finished, "voter_id=" + voter.token), std::nullopt);
}

TEST_F(VoterTokensTest, DoNotRecognizeWhatIsNotACookieOfOurs) {
  for (const std::string value : {"", "voter_id=", "voter_id=1f3a", "other=1"}) {
    EXPECT_EQ(recognize(tokens_, value), std::nullopt) << value;
  }
  const std::string token = tokens_.create().token;
  EXPECT_EQ(recognize(tokens_, "voter_id=" + token + "0"), std::nullopt);
  EXPECT_EQ(recognize(tokens_, "voter_id=" + token.substr(0, 44)), std::nullopt);
  EXPECT_EQ(recognize(tokens_, "voter_id=" + std::string(5000, 'a')), std::nullopt);
}

TEST_F(VoterTokensTest, AreOutOfReachOfScriptsAndOtherSites) {
  const Voter voter = tokens_.create();
  const std::string plain = tokens_.set_cookie(voter);
  EXPECT_THAT(plain, testing::StartsWith("voter_id=" + voter.token + ";"));
  EXPECT_THAT(plain, testing::HasSubstr("Path=/"));
  EXPECT_THAT(plain, testing::HasSubstr("HttpOnly"));
  EXPECT_THAT(plain, testing::HasSubstr("SameSite=Lax"));
  EXPECT_THAT(plain, testing::HasSubstr("Max-Age=31536000"));
  EXPECT_THAT(plain, testing::Not(testing::HasSubstr("Secure")));

  const VoterTokens behind_tls({key_of(1)}, {.secure = true});
  EXPECT_THAT(behind_tls.set_cookie(voter), testing::HasSubstr("Secure"));
}

// RFC 4231 has no case with our truncation of an ASCII id, so the expected value was computed by
// `printf %s <id> | openssl dgst -sha256 -mac HMAC -macopt hexkey:<key>`.
TEST_F(VoterTokensTest, SignWithHmacSha256) {
  const std::string id = "018bcfe5687b000102030405060708090a0b0c0d0e0f";
  EXPECT_TRUE(recognize(tokens_, "voter_id=" + id + ".386af91da729edb620b2e8ff83f81e7c").has_value());
}

}  // namespace
}  // namespace pollux::vote
