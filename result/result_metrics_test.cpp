#include "result/result_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::result {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint64_t noon_ms = 1'700'000'000'000;
const std::chrono::system_clock::time_point at_noon{std::chrono::milliseconds(noon_ms)};

class VoteToScreen : public testing::Test {
 protected:
  telemetry::Metrics metrics_;
  ResultMetrics shown_{metrics_};
  poll::VoteTimes votes_;
};

TEST_F(VoteToScreen, CountsEachVoteWithItsOwnTime) {
  votes_.add(noon_ms - 20'000, 2);
  votes_.add(noon_ms - 1'000, 3);
  votes_.add(noon_ms - 250, 5);
  shown_.observe_votes(votes_, at_noon);
  for (const char* line :
       {"_bucket{le=\"0.1\"} 0\n", "_bucket{le=\"0.25\"} 5\n", "_bucket{le=\"1\"} 8\n",
        "_bucket{le=\"10\"} 8\n", "_bucket{le=\"30\"} 10\n", "_count 10\n", "_sum 44.25\n"})
    EXPECT_THAT(metrics_.text(), HasSubstr(std::string("pollux_vote_to_screen_seconds") + line));
}

TEST_F(VoteToScreen, IsZeroIfTheClocksDiffer) {
  votes_.add(noon_ms + 5'000);
  shown_.observe_votes(votes_, at_noon);
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_vote_to_screen_seconds_count 1\n"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_vote_to_screen_seconds_sum 0\n"));
}

TEST_F(VoteToScreen, IsNotObservedWithoutVotes) {
  shown_.observe_votes(votes_, at_noon);
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_vote_to_screen_seconds_count 0\n"));
}

}  // namespace
}  // namespace pollux::result
