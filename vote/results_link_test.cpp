#include "vote/results_link.hpp"

#include <gtest/gtest.h>

namespace pollux::vote {
namespace {

TEST(ResultsLink, LeadsToTheSameHostOnTheResultsPort) {
  const ResultsLink link{.url = "", .port = 8081};
  EXPECT_EQ(link.address("localhost:8080"), "http://localhost:8081/");
  EXPECT_EQ(link.address("vote.example"), "http://vote.example:8081/");
  EXPECT_EQ(link.address("[::1]:8080"), "http://[::1]:8081/");
  EXPECT_EQ(link.address("[::1]"), "http://[::1]:8081/");
}

TEST(ResultsLink, LeadsWhereItWasTold) {
  const ResultsLink link{.url = "https://results.example/", .port = 8081};
  EXPECT_EQ(link.address("vote.example"), "https://results.example/");
}

TEST(ResultsLink, TellsAProjectorWhereToVote) {
  const ResultsLink here{.url = "", .port = 8081};
  EXPECT_EQ(here.presenter_address("localhost:8080", "http://localhost:8080/"),
            "http://localhost:8081/?present=http://localhost:8080/");
  EXPECT_EQ(here.presenter_address("h", "http://a&b=c d\xC3\xA9/"),
            "http://h:8081/?present=http://a%26b%3Dc%20d%C3%A9/");
  const ResultsLink elsewhere{.url = "https://results.example/?poll=x", .port = 8081};
  EXPECT_EQ(elsewhere.presenter_address("vote.example", "https://vote.example/"),
            "https://results.example/?poll=x&present=https://vote.example/");
}

}  // namespace
}  // namespace pollux::vote
