#include "seed-data/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    report_.outcomes.accepted = {2000, 1000};
    for (int i = 0; i < 3000; ++i) report_.outcomes.latencies.record(2ms);
  }

  Report report_{.options = {"a", "b"}, .wanted = 3000, .elapsed = 200ms, .outcomes = Outcomes(2)};
};

TEST_F(ReportTest, ReportsSuccess) {
  EXPECT_TRUE(report_.complete());
  EXPECT_EQ(
      summary(report_),
      "3,000 of 3,000 votes accepted: 2,000 for a, 1,000 for b.\n"
      "200 ms, 15,000 votes per second.\n"
      "Latency since a vote was sent: p50 2.00 ms, p90 2.00 ms, p99 2.00 ms, p99.9 2.00 ms, max 2.00 ms.\n");
}

TEST_F(ReportTest, ReportsTheOutcomeOfEachVote) {
  report_.outcomes.accepted = {1990, 1000};
  report_.outcomes.rejected = {{400, 1}, {403, 2}};
  report_.outcomes.given_up = 3;
  report_.outcomes.unknown = 1;
  report_.last_error = "Connection refused.";
  EXPECT_FALSE(report_.complete());
  EXPECT_THAT(summary(report_), HasSubstr("2,990 of 3,000 votes accepted: 1,990 for a, 1,000 for b.\n"));
  EXPECT_THAT(summary(report_), HasSubstr("Rejected with status 400: 1 vote.\n"
                                          "Rejected with status 403: 2 votes.\n"
                                          "Given up, not accepted in time: 3 votes.\n"
                                          "Sent without a response, may or may not be counted: 1 vote.\n"
                                          "Never sent: 3 votes.\n"
                                          "Last error: Connection refused.\n"));
}

TEST_F(ReportTest, StatesTheStartOfTheLatencyOfAnOpenLoop) {
  report_.rate = 20'000;
  EXPECT_THAT(summary(report_), HasSubstr("15,000 votes per second (20,000 requested).\n"));
  EXPECT_THAT(summary(report_), HasSubstr("Latency since a vote was due: p50"));
}

TEST_F(ReportTest, ShowsTheLastErrorAfterRetries) {
  report_.outcomes.sent_again = 60;
  report_.last_error = "Connection refused.";
  EXPECT_TRUE(report_.complete());
  EXPECT_THAT(summary(report_), HasSubstr("; 60 retries.\nLast error: Connection refused.\n"));
}

TEST_F(ReportTest, IsIncompleteIfAVoteWasNeverSent) {
  report_.outcomes.accepted = {1999, 1000};
  EXPECT_FALSE(report_.complete());
  report_.wanted.reset();
  EXPECT_TRUE(report_.complete());
  EXPECT_THAT(summary(report_), Not(HasSubstr("Never")));
}

TEST_F(ReportTest, IsOneLineOfJson) {
  report_.outcomes.rejected = {{400, 1}, {403, 2}};
  EXPECT_EQ(json(report_),
            R"({"loop":"closed","wanted":3000,"accepted":3000,"acceptedByOption":{"a":2000,"b":1000},)"
            R"("rejectedByStatus":{"400":1,"403":2},"givenUp":0,"unknown":0,"sentAgain":0,"seconds":0.200,)"
            R"("perSecond":15000.0,"latencyMilliseconds":{"p50":2.000,"p90":2.000,"p99":2.000,"p99.9":2.000,)"
            R"("max":2.000}})");
}

TEST_F(ReportTest, ShowsNoLatencyIfNothingWasAccepted) {
  Report none{.options = {"a"}, .wanted = 1, .outcomes = Outcomes(1)};
  EXPECT_THAT(summary(none), Not(HasSubstr("Latency")));
  EXPECT_THAT(json(none), HasSubstr("\"perSecond\":0.0"));
}

TEST(Outcomes, AreAddedUp) {
  Outcomes one(2);
  one.accepted = {1, 2};
  one.rejected = {{400, 1}};
  Outcomes other(2);
  other.accepted = {10, 20};
  other.rejected = {{400, 2}, {403, 1}};
  other.given_up = 3;
  other.unknown = 4;
  other.sent_again = 5;
  one.add(other);
  EXPECT_EQ(one.accepted_in_all(), 33U);
  EXPECT_EQ(one.rejected_in_all(), 4U);
  EXPECT_EQ(one.given_up + one.unknown + one.sent_again, 12U);
}

}  // namespace

}  // namespace pollux::seed
