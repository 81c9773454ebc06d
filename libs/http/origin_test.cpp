#include "http/origin.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "http/test_request.hpp"

namespace pollux::http {
namespace {

bool passes(std::vector<std::pair<std::string, std::string>> fields,
            const std::vector<std::string>& allowed = {}) {
  return is_same_origin(TestRequest(std::move(fields), "").request, allowed);
}

TEST(IsSameOrigin, LetsOwnPagesPass) {
  EXPECT_TRUE(passes({{"Host", "vote.example:8080"}, {"Origin", "http://vote.example:8080"}}));
  EXPECT_TRUE(passes({{"Host", "Vote.Example"}, {"Origin", "https://vote.example"}}));
  EXPECT_TRUE(passes({{"Host", "vote.example:443"}, {"Origin", "https://vote.example"}}));
  EXPECT_TRUE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_TRUE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "none"}}));
}

TEST(IsSameOrigin, BelievesTheBrowserWhateverAProxyMadeOfHost) {
  EXPECT_TRUE(passes(
      {{"Host", "127.0.0.1:8080"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_FALSE(
      passes({{"Host", "127.0.0.1:8080"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "none"}}));
  EXPECT_FALSE(passes({{"Host", "a"}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}}));
}

TEST(IsSameOrigin, LetsProgramsPassThatSendNeither) {
  EXPECT_TRUE(passes({{"Host", "a"}}));
}

TEST(IsSameOrigin, RefusesForeignPages) {
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

TEST(IsSameOrigin, LetsAllowedOriginsPass) {
  EXPECT_TRUE(
      passes({{"Host", "10.0.0.1"}, {"Origin", "https://vote.example"}, {"Sec-Fetch-Site", "same-site"}},
             {"https://vote.example"}));
  EXPECT_FALSE(passes({{"Host", "10.0.0.1"}, {"Origin", "http://vote.example"}}, {"https://vote.example"}));
}

}  // namespace
}  // namespace pollux::http
