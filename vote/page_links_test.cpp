#include "vote/page_links.hpp"

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

PageLinks links(const std::string& vote, const std::string& result) {
  PageLinks made{.addresses = {}, .result_port = 8081};
  if (!vote.empty()) made.addresses.vote = http::PublicUrl::parse(vote).value();
  if (!result.empty()) made.addresses.result = http::PublicUrl::parse(result).value();
  return made;
}

TEST(PageLinks, LeadToTheSameHostOnTheResultsPort) {
  const PageLinks here = links("", "");
  EXPECT_EQ(here.result_page("localhost:8080"), "http://localhost:8081/");
  EXPECT_EQ(here.result_page("vote.example"), "http://vote.example:8081/");
  EXPECT_EQ(here.result_page("[::1]:8080"), "http://[::1]:8081/");
  EXPECT_EQ(here.result_page("[::1]"), "http://[::1]:8081/");
  EXPECT_EQ(here.vote_page("localhost:8080"), "http://localhost:8080/");
}

TEST(PageLinks, UseTheAddressesThatAreSet) {
  const PageLinks stated = links("https://example.org/vote", "https://example.org/results");
  EXPECT_EQ(stated.result_page("127.0.0.1:8080"), "https://example.org/results/");
  EXPECT_EQ(stated.vote_page("127.0.0.1:8080"), "https://example.org/vote/");
}

TEST(PageLinks, GiveAProjectorTheAddressOfTheVotePage) {
  EXPECT_EQ(links("", "").presenter_page("localhost:8080"),
            "http://localhost:8081/?present=http://localhost:8080/");
  EXPECT_EQ(links("", "").presenter_page("a&b=c d\xC3\xA9"),
            "http://a&b=c d\xC3\xA9:8081/?present=http://a%26b%3Dc%20d%C3%A9/");
  EXPECT_EQ(links("https://vote.example", "https://results.example/a").presenter_page("127.0.0.1"),
            "https://results.example/a/?present=https://vote.example/");
}

TEST(PageLinks, KnowWhatPhonesCannotReach) {
  EXPECT_TRUE(links("", "").is_vote_page_on_loopback("localhost:8080"));
  EXPECT_TRUE(links("", "").is_vote_page_on_loopback("[::1]:8080"));
  EXPECT_FALSE(links("", "").is_vote_page_on_loopback("192.168.1.7:8080"));
  EXPECT_FALSE(links("https://vote.example", "").is_vote_page_on_loopback("127.0.0.1:8080"));
  EXPECT_TRUE(links("http://127.0.0.1:8080", "").is_vote_page_on_loopback("vote.example"));
}

}  // namespace
}  // namespace pollux::vote
