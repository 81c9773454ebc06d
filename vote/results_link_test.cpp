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

}  // namespace
}  // namespace pollux::vote
