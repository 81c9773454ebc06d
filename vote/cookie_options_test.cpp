#include "vote/cookie_options.hpp"

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::vote {
namespace {

std::string cookie_at(const std::string& url) {
  config::PublicAddresses addresses;
  if (!url.empty()) addresses.vote = http::PublicUrl::parse(url).value();
  http::Cookie cookie = CookieOptions::at(addresses).make("voter_id");
  cookie.value = "v";
  cookie.max_age.reset();
  return cookie.header_value();
}

TEST(CookieOptions, FollowThePublicAddress) {
  EXPECT_EQ(cookie_at(""), "voter_id=v; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(cookie_at("http://vote.example/"), "voter_id=v; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(cookie_at("http://example.org/vote/"), "voter_id=v; Path=/vote; HttpOnly; SameSite=Lax");
  EXPECT_EQ(cookie_at("https://vote.example/"), "__Host-voter_id=v; Path=/; HttpOnly; Secure; SameSite=Lax");
  EXPECT_EQ(cookie_at("https://example.org/a/vote/"),
            "__Secure-voter_id=v; Path=/a/vote; HttpOnly; Secure; SameSite=Lax");
}

TEST(CookieOptions, AreSecureByTheFormerSettingToo) {
  config::PublicAddresses addresses;
  addresses.secure_cookies = true;
  EXPECT_EQ(CookieOptions::at(addresses).make("choice").name, "__Host-choice");
  addresses.vote = http::PublicUrl::parse("http://vote.example").value();
  EXPECT_EQ(CookieOptions::at(addresses).make("choice").name, "choice");
}

// What CookieNames make of a Cookie field where only values that end in '!' count.
std::string first(const std::string& field) {
  const http::TestRequest sent({{"Cookie", field}}, "");
  return CookieNames("id")
      .first(sent.request,
             [](std::string_view value) {
               return value.ends_with('!') ? std::optional(std::string(value)) : std::nullopt;
             })
      .value_or("nothing");
}

TEST(CookieNames, FindTheFirstThatCounts) {
  EXPECT_EQ(first("id=1; id=2!; id=3!"), "2!");
  EXPECT_EQ(first("id=1!; __Secure-id=2!; __Host-id=3!"), "3!");
  EXPECT_EQ(first("id=1!; __Host-id=3; __Secure-id=2!"), "2!");
  EXPECT_EQ(first("id=1!; __Host-id=3"), "1!");
  EXPECT_EQ(first("ID=1!; other=2!; id=3"), "nothing");
  EXPECT_EQ(first(""), "nothing");
}

}  // namespace
}  // namespace pollux::vote
