#include "http/cookies.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/test_request.hpp"

namespace pollux::http {
namespace {

TEST(FindCookie, FindsTheFirstOfThatName) {
  const TestRequest sent({{"cookie", "a=1; voter_id=abc=; voter_id=2;b"}}, "");
  EXPECT_EQ(find_cookie(sent.request, "voter_id"), "abc=");
  EXPECT_EQ(find_cookie(sent.request, "a"), "1");
  EXPECT_EQ(find_cookie(sent.request, "b"), std::nullopt);
  EXPECT_EQ(find_cookie(sent.request, "voter"), std::nullopt);
  EXPECT_EQ(find_cookie(sent.request, "VOTER_ID"), std::nullopt);
}

TEST(FindCookie, FindsNothingWhereNoneWasSent) {
  EXPECT_EQ(find_cookie(TestRequest({}, "").request, "a"), std::nullopt);
  EXPECT_EQ(find_cookie(TestRequest({{"Cookie", ";; ;=;"}}, "").request, "a"), std::nullopt);
}

TEST(ForEachCookie, ShowsAllOfThemInTheirOrderUntilToldToStop) {
  std::vector<std::string> seen;
  for_each_cookie("a=1; b ; a=2;c= 3 ;d=4", [&seen](std::string_view name, std::string_view value) {
    seen.push_back(std::string(name) + "=" + std::string(value));
    return name == "c";
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"a=1", "a=2", "c=3"}));
}

TEST(Cookie, IsHiddenFromScriptsAndOtherSitesUnlessToldOtherwise) {
  EXPECT_EQ((Cookie{.name = "a", .value = "1"}).header_value(), "a=1; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ((Cookie{.name = "a",
                    .value = "1",
                    .path = "/p",
                    .max_age = std::chrono::seconds(60),
                    .http_only = false,
                    .secure = true,
                    .same_site = "Strict"})
                .header_value(),
            "a=1; Path=/p; Max-Age=60; Secure; SameSite=Strict");
}

}  // namespace
}  // namespace pollux::http
