#include "vote/remembered_choice.hpp"

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

class OneCookie : public http::Headers {
 public:
  explicit OneCookie(std::string cookie) : cookie_(std::move(cookie)) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    return name == "Cookie" ? std::optional<std::string_view>(cookie_) : std::nullopt;
  }
  std::size_t count(std::string_view name) const override { return find(name) ? 1 : 0; }

 private:
  std::string cookie_;
};

Poll poll_of(std::string_view id) {
  return Poll::create(PollId::parse(id).value(), "Which?", {"Cats", "Dogs"}).value();
}

std::optional<Selection> recall(const RememberedChoice& choices, const std::string& cookie) {
  const OneCookie headers(cookie);
  http::Request request;
  request.headers = &headers;
  return choices.recall(request);
}

std::string cookie_of(const RememberedChoice& choices, const Selection& selection) {
  const std::string& value = choices.set_cookie(selection);
  return value.substr(0, value.find(';'));
}

TEST(RememberedChoice, IsWhatTheBrowserWasToldToRemember) {
  const RememberedChoice choices(poll_of("pets; or not"), {});
  const Selection dogs = Selection::parse("b").value();
  EXPECT_EQ(recall(choices, cookie_of(choices, dogs)), dogs);
}

TEST(RememberedChoice, IsNoOtherPollsAndNothingMadeUp) {
  const RememberedChoice choices(poll_of("pets"), {});
  const RememberedChoice others(poll_of("lunch"), {});
  EXPECT_EQ(recall(choices, cookie_of(others, Selection::parse("b").value())), std::nullopt);
  for (const std::string cookie : {"", "choice=", "choice=b", "choice=70657473.63", "choice=%00"}) {
    EXPECT_EQ(recall(choices, cookie), std::nullopt) << cookie;
  }
}

TEST(RememberedChoice, LivesAsLongAsTheVotersCookie) {
  const RememberedChoice choices(poll_of("pets"), {.secure = true, .max_age = std::chrono::seconds(60)});
  const std::string& value = choices.set_cookie(Selection::parse("a").value());
  EXPECT_NE(value.find("; Max-Age=60"), std::string::npos);
  EXPECT_NE(value.find("; Secure"), std::string::npos);
  EXPECT_NE(value.find("; HttpOnly"), std::string::npos);
}

}  // namespace
}  // namespace pollux::vote
