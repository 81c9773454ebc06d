#include "http/origin.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

PublicUrl url(std::string_view text) {
  return PublicUrl::parse(text).value();
}

TEST(PublicUrl, IsCanonical) {
  EXPECT_EQ(url("https://vote.example").text(), "https://vote.example/");
  EXPECT_EQ(url("HTTPS://Vote.Example:443/").text(), "https://vote.example/");
  EXPECT_EQ(url("http://vote.example:80/vote").text(), "http://vote.example/vote/");
  EXPECT_EQ(url("http://vote.example:443/").text(), "http://vote.example:443/");
  EXPECT_EQ(url("http://192.168.1.7:8080/a/b/").text(), "http://192.168.1.7:8080/a/b/");
  EXPECT_EQ(url("http://[::1]:8080").text(), "http://[::1]:8080/");
}

TEST(PublicUrl, HasParts) {
  const PublicUrl below = url("https://example.org:8443/Vote");
  EXPECT_EQ(below.origin(), "https://example.org:8443");
  EXPECT_EQ(below.path(), "/Vote/");
  EXPECT_EQ(below.host(), "example.org");
  EXPECT_TRUE(below.is_https());
  EXPECT_EQ(url("http://[::1]:1").host(), "::1");
  EXPECT_EQ(url("http://a").path(), "/");
  EXPECT_FALSE(url("http://a").is_https());
}

TEST(PublicUrl, RejectsOtherUrls) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not a URL"},
      {"vote.example", "not a URL"},
      {"/vote", "not a URL"},
      {"ftp://vote.example/", "https://"},
      {"https:///vote", "no host"},
      {"https://user:pw@vote.example/", "user name"},
      {"https://vote.example/?a=1", "after ?"},
      {"https://vote.example/#a", "after ?"},
      {"https://vote.example:0/", "port"},
      {"https://vote.example:65536/", "port"},
      {"http://vote.example:99999/", "port"},
      {"http://vote.example:655360/", "port"},
      {"http://vote.example:x", "port"},
      {"https://vote.example/a b", "not a URL"},
      {"https://vote.example/a%2Fb", "path"},
      {"https://vote.example/a;b", "path"},
      {"https://vote.example/a//b", "path"},
      {"https://vote.example/../b", "path"},
      {"https://vote.example/a/..", "path"},
      {"https://b%C3%BCcher.example/", "xn--"},
      {"https://" + std::string(1100, 'a') + "/", "too long"},
  };
  for (const auto& [text, reason] : cases) {
    const auto parsed = PublicUrl::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(reason)) << text;
    EXPECT_THAT(parsed.error().message, testing::HasSubstr("https://example.org/vote/"));
  }
}

TEST(HostNameOf, RemovesThePort) {
  EXPECT_EQ(host_name_of("vote.example:8080"), "vote.example");
  EXPECT_EQ(host_name_of("vote.example"), "vote.example");
  EXPECT_EQ(host_name_of("[::1]:8080"), "::1");
  EXPECT_EQ(host_name_of("[::1]"), "::1");
  EXPECT_EQ(host_name_of(""), "");
  EXPECT_EQ(without_port("[::1]:8080"), "[::1]");
  EXPECT_EQ(without_port("[::1]"), "[::1]");
  EXPECT_EQ(without_port("vote.example:8080"), "vote.example");
}

TEST(IsLoopbackHost, IsTrueForHostsThatOtherMachinesCannotReach) {
  for (const auto* const host : {"localhost", "LocalHost", "a.localhost", "127.0.0.1", "127.1.2.3", "::1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const auto* const host :
       {"", "localhost.example", "127.0.0.1.example", "127.example.a.b", "10.0.0.1", "::2"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

bool passes(std::vector<std::pair<std::string, std::string>> fields,
            const std::vector<std::string>& allowed = {}) {
  return is_same_origin(TestRequest(std::move(fields), "").request, allowed);
}

TEST(IsSameOrigin, AcceptsOwnPages) {
  EXPECT_TRUE(passes({{"Host", "vote.example:8080"}, {"Origin", "http://vote.example:8080"}}));
  EXPECT_TRUE(passes({{"Host", "Vote.Example"}, {"Origin", "https://vote.example"}}));
  EXPECT_TRUE(passes({{"Host", "vote.example:443"}, {"Origin", "https://vote.example"}}));
  EXPECT_TRUE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_TRUE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "none"}}));
}

TEST(IsSameOrigin, TrustsSecFetchSiteIfAProxyChangedHost) {
  EXPECT_TRUE(passes(
      {{"Host", "127.0.0.1:8080"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_FALSE(
      passes({{"Host", "127.0.0.1:8080"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "none"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}}));
}

TEST(IsSameOrigin, AcceptsProgramsThatSendNeitherField) {
  EXPECT_TRUE(passes({{"Host", "a"}}));
}

TEST(IsSameOrigin, RejectsForeignPages) {
  EXPECT_FALSE(passes({{"Host", "vote.example"}, {"Origin", "https://evil.example"}}));
  EXPECT_FALSE(passes({{"Host", "vote.example"}, {"Origin", "https://vote.example.evil"}}));
  EXPECT_FALSE(passes({{"Host", "vote.example"}, {"Origin", "https://vote.example:8080"}}));
  EXPECT_FALSE(passes({{"Host", "vote.example:80"}, {"Origin", "https://vote.example"}}));
  EXPECT_FALSE(passes({{"Host", "vote.example"}, {"Origin", "null"}}));
  EXPECT_FALSE(passes({{"Host", ""}, {"Origin", "http://"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Origin", ""}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "same-site"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Origin", "http://a"}, {"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Origin", "http://a"}, {"Origin", "http://evil"}}));
}

TEST(IsSameOrigin, AcceptsTrustedOrigins) {
  EXPECT_TRUE(
      passes({{"Host", "10.0.0.1"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "same-site"}},
             {"https://vote.example"}));
  EXPECT_FALSE(passes({{"Host", "10.0.0.1"}, {"Origin", "http://vote.example"}}, {"https://vote.example"}));
}

}  // namespace
}  // namespace pollux::http
