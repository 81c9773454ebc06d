#include "vote/vote_intake.hpp"

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::vote {
namespace {

using testing::HasSubstr;

class VoteIntakeTest : public testing::Test {
 protected:
  static VoteIntake::Options limited(const VoteLimits& limits) {
    return {.voter_keys = {}, .addresses = {}, .limits = limits};
  }

  using Admitted = std::variant<Sender, CookieMissing, http::Response>;

  Admitted admit(VoteIntake& intake, const std::string& token = "", const std::string& form_token = "",
                 std::string_view address = "192.0.2.1") {
    http::TestRequest sent({{"Cookie", "voter_id=" + token}});
    sent.request.remote_address = address;
    return intake.admit(sent.request, form_token);
  }
  // The votes that are admitted until one is rejected; more than a bucket holds if the test takes long.
  std::size_t admitted(VoteIntake& intake, const std::string& token = "") {
    std::size_t count = 0;
    while (count < 10'000 && std::holds_alternative<Sender>(admit(intake, token))) ++count;
    return count;
  }
  static std::string token_of(const Admitted& admitted) { return std::get<Sender>(admitted).voter.token; }

  telemetry::Metrics metrics_;
  std::ostringstream logged_;
  telemetry::Log log_{telemetry::LogLevel::info, logged_};
};

TEST_F(VoteIntakeTest, LimitsTheNewVotersOfANetwork) {
  VoteIntake intake(limited({.new_voters_per_second = 1}), metrics_, log_);
  const std::string known = token_of(admit(intake));
  const std::size_t count = admitted(intake);
  EXPECT_GE(count, 99U);
  EXPECT_LT(count, 10'000U);

  const auto rejected = admit(intake);
  const auto* const response = std::get_if<http::Response>(&rejected);
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->status, 429U);
  EXPECT_EQ(http::header_of(*response, "Retry-After"), "1");
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"too_many_new_voters\"} 2"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_new_voters_total " + std::to_string(count + 1)));
  EXPECT_THAT(logged_.str(), HasSubstr("\"network\":\"192.0.2.1\""));
  EXPECT_THAT(logged_.str(), HasSubstr("new-voter-rate"));

  EXPECT_EQ(token_of(admit(intake, known)), known) << "who voted before is not new";
  EXPECT_EQ(token_of(admit(intake, "", known)), known) << "nor is who has the page";
  EXPECT_TRUE(std::holds_alternative<Sender>(admit(intake, "", "", "192.0.2.2")));
}

TEST_F(VoteIntakeTest, ShowsThePageToFurtherVisitorsWithoutAnIdentity) {
  VoteIntake intake(limited({.new_voters_per_second = 1}), metrics_, log_);
  http::TestRequest sent({});
  sent.request.remote_address = "192.0.2.1";
  EXPECT_FALSE(intake.visitor(sent.request).voter.token.empty());
  admitted(intake);
  const Sender visitor = intake.visitor(sent.request);
  EXPECT_TRUE(visitor.voter.token.empty());
  EXPECT_EQ(intake.tokens().set_cookie(visitor.voter), "");
  const http::Response page = page_of_voter(200, "", "en", "");
  EXPECT_EQ(http::header_of(page, "Set-Cookie"), "");
  EXPECT_EQ(http::header_of(page, "Retry-After"), "1");
}

TEST_F(VoteIntakeTest, LimitsTheVotesOfANetwork) {
  VoteIntake intake(limited({.votes_per_second = 1}), metrics_, log_);
  const std::string known = token_of(admit(intake));
  EXPECT_GE(admitted(intake, known), 99U);
  EXPECT_TRUE(std::holds_alternative<http::Response>(admit(intake, known)));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"too_many_votes\"} 2"));
  EXPECT_TRUE(std::holds_alternative<Sender>(admit(intake, known, "", "192.0.2.2")));
}

TEST_F(VoteIntakeTest, TakesVotesWithoutLimits) {
  VoteIntake intake(limited({.new_voters_per_second = 0, .votes_per_second = 0}), metrics_, log_);
  EXPECT_EQ(admitted(intake), 10'000U);
}

TEST_F(VoteIntakeTest, MayRequireTheCookieOfAnEarlierPage) {
  VoteIntake intake(limited({.require_cookie = true}), metrics_, log_);
  const http::TestRequest sent({});
  const std::string token = intake.visitor(sent.request).voter.token;
  EXPECT_EQ(token_of(admit(intake, token)), token);
  for (const std::string& form_token : {std::string(), token}) {
    EXPECT_TRUE(std::holds_alternative<CookieMissing>(admit(intake, "", form_token)));
  }
  EXPECT_EQ(VoteIntake::without_cookie().status, 403U);
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_votes_rejected_total{reason=\"no_cookie\"} 2"));
  EXPECT_TRUE(std::holds_alternative<CookieMissing>(intake.admit(sent.request, token, false)))
      << "no poll lifts what the program requires";
}

TEST_F(VoteIntakeTest, RequiresTheCookieForSomePolls) {
  VoteIntake intake(limited({}), metrics_, log_);
  const http::TestRequest sent({});
  const std::string token = intake.visitor(sent.request).voter.token;
  EXPECT_TRUE(std::holds_alternative<CookieMissing>(intake.admit(sent.request, token, true)));
  EXPECT_EQ(token_of(intake.admit(sent.request, token, false)), token);
  const http::TestRequest with_cookie({{"Cookie", "voter_id=" + token}});
  EXPECT_EQ(token_of(intake.admit(with_cookie.request, "", true)), token);
  EXPECT_EQ(intake.visitor(sent.request, token).voter.token, token) << "the page that says so has its voter";
  EXPECT_NE(intake.visitor(sent.request, "forged").voter.token, token);
}

}  // namespace
}  // namespace pollux::vote
