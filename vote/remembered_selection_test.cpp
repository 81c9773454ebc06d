#include "vote/remembered_selection.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"
#include "poll/question_json.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {
namespace {

poll::Poll poll_of(std::string_view id) {
  return poll::Poll::create(poll::PollId::parse(id).value(), "Which?", {"Cats", "Dogs"}).value();
}

std::optional<poll::Selection> recall(const RememberedSelection& selections, const std::string& cookie) {
  return selections.recall(http::TestRequest({{"Cookie", cookie}}).request);
}

std::string cookie_of(const RememberedSelection& selections, const poll::Selection& selection) {
  const std::string& value = selections.set_cookie(selection);
  return value.substr(0, value.find(';'));
}

TEST(RememberedSelection, IsWhatTheBrowserWasSentToRemember) {
  const RememberedSelection selections(poll_of("pets; or not"), {});
  const poll::Selection dogs = poll::Selection::parse("b").value();
  EXPECT_EQ(recall(selections, cookie_of(selections, dogs)), dogs);
}

TEST(RememberedSelection, IsNoOtherPollsAndNothingMadeUp) {
  const RememberedSelection selections(poll_of("pets"), {});
  const RememberedSelection others(poll_of("lunch"), {});
  EXPECT_EQ(recall(selections, cookie_of(others, poll::Selection::parse("b").value())), std::nullopt);
  for (const std::string cookie : {"", "choice=", "choice=b", "choice=70657473.63", "choice=%00"}) {
    EXPECT_EQ(recall(selections, cookie), std::nullopt) << cookie;
  }
}

TEST(RememberedSelection, LivesAsLongAsTheVotersCookie) {
  const RememberedSelection selections(poll_of("pets"),
                                       {.secure = true, .max_age = std::chrono::seconds(60)});
  const std::string& value = selections.set_cookie(poll::Selection::parse("a").value());
  EXPECT_NE(value.find("; Max-Age=60"), std::string::npos);
  EXPECT_NE(value.find("; Secure"), std::string::npos);
  EXPECT_NE(value.find("; HttpOnly"), std::string::npos);
}

poll::ManagedPoll poll_with_code(std::string_view code) {
  const auto question = poll::parse_question_json(
      R"({"kind":"multiple","text":"Toppings?","options":["Basil","Ham","Olives"],"min":0,"max":3})");
  return poll::new_poll(poll::make_poll_id({}), poll::PollCode::parse(code).value(),
                        {.title = "Pizza", .question = question.value()}, {});
}

TEST(RememberedAnswers, AreOfOneVoterInOneRunOfOnePoll) {
  const RememberedAnswers answers({}, VoterTokens::Keys{});
  const poll::ManagedPoll poll = poll_with_code("K7MXQ4");
  const poll::VoterId ann = poll::VoterId::parse("ann").value();
  const poll::Selection given = poll::Selection::parse("+a+c").value();
  const std::string field = answers.set_cookie(poll, ann, given);
  const std::string cookie = field.substr(0, field.find(';'));
  const auto recalled = [&](const std::string& sent, const poll::ManagedPoll& of,
                            std::string_view voter = "ann") {
    return answers.recall(http::TestRequest({{"Cookie", sent}}).request, of,
                          poll::VoterId::parse(voter).value());
  };
  EXPECT_EQ(recalled(cookie, poll), given);
  EXPECT_EQ(recalled(cookie, poll, "bob"), std::nullopt);
  EXPECT_EQ(recalled(cookie, poll_with_code("K7MXQ6")), std::nullopt);
  poll::ManagedPoll next_run = poll;
  next_run.run = 2;
  EXPECT_EQ(recalled(cookie, next_run), std::nullopt);
  for (std::size_t place = std::string("choice=").size(); place < cookie.size(); ++place) {
    std::string forged = cookie;
    forged[place] = forged[place] == '1' ? '2' : '1';
    EXPECT_EQ(recalled(forged, poll), std::nullopt) << place;
    EXPECT_EQ(recalled(cookie.substr(0, place), poll), std::nullopt) << place;
  }
}

TEST(RememberedAnswers, AreSentToThePageOfTheirPollAlone) {
  const poll::ManagedPoll poll = poll_with_code("K7MXQ4");
  const poll::VoterId ann = poll::VoterId::parse("ann").value();
  const poll::Selection none = poll::Selection::parse("+").value();
  const auto field_of = [&](const CookieOptions& options) {
    return RememberedAnswers(options, VoterTokens::Keys{}).set_cookie(poll, ann, none);
  };
  EXPECT_THAT(field_of({}), testing::HasSubstr("; Path=/p/K7MXQ4;"));
  const std::string secure = field_of({.secure = true, .path = "/vote"});
  EXPECT_THAT(secure, testing::StartsWith("__Secure-choice="));
  EXPECT_THAT(secure, testing::HasSubstr("; Path=/vote/p/K7MXQ4;"));
}

}  // namespace
}  // namespace pollux::vote
