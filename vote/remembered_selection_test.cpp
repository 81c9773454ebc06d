#include "vote/remembered_selection.hpp"

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

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

}  // namespace
}  // namespace pollux::vote
