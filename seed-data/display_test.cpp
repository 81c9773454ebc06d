#include "seed-data/display.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seed-data/report.hpp"

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;
const Clock::time_point start = Clock::time_point() + 1h;
const Progress some{.accepted = 1200, .wanted = 3000, .elapsed = 100ms};

TEST(Display, PrintsALinePerSecondWithoutATerminal) {
  std::ostringstream out;
  Display display(out, {});
  for (auto time = 0ms; time <= 2500ms; time += 50ms) display.voting(some, start + time);
  const std::string line = progress_text(some) + "\n";
  EXPECT_EQ(out.str(), line + line);
}

TEST(Display, PrintsNothingForAShortRun) {
  std::ostringstream out;
  Display display(out, {});
  display.voting(some, start);
  display.voting(some, start + 900ms);
  display.clear();
  EXPECT_EQ(out.str(), "");
}

TEST(Display, OverwritesALineOfATerminalTenTimesPerSecond) {
  std::ostringstream out;
  {
    Display display(out, {.terminal = true});
    for (auto time = 0ms; time <= 1000ms; time += 10ms) display.voting(some, start + time);
  }
  const std::string drawn = "\r\x1b[K" + progress_bar(some, 80, false);
  std::string expected;
  for (int i = 0; i < 10; ++i) expected += drawn;
  EXPECT_EQ(out.str(), expected + "\r\x1b[K") << "and leaves nothing of it";
}

TEST(Display, TruncatesAMessageToTheTerminal) {
  std::ostringstream out;
  Display display(out, {.terminal = true});
  display.waiting("", start);
  display.waiting(std::string(200, 'x'), start + 1s);
  EXPECT_EQ(out.str(), "\r\x1b[K" + std::string(80, 'x'));
}

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Figures, AreReadable) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(999), "999");
  EXPECT_EQ(number_text(1000), "1,000");
  EXPECT_EQ(number_text(12'345'678), "12,345,678");
  EXPECT_EQ(time_text(850us), "850 us");
  EXPECT_EQ(time_text(1250us), "1.25 ms");
  EXPECT_EQ(time_text(12'340us), "12.3 ms");
  EXPECT_EQ(time_text(1500ms), "1.50 s");
  EXPECT_EQ(time_text(200s), "3 min 20 s");
  EXPECT_EQ(votes_count_text(1), "1 vote");
}

TEST(Progress, ShowsShareRateAndTimeLeft) {
  EXPECT_EQ(progress_text(some), "1,200 of 3,000 votes, 40 %, 12,000 per second, 150 ms left");
}

TEST(Progress, ShowsWaitingVotes) {
  Progress stuck = some;
  stuck.waiting = 50;
  EXPECT_THAT(progress_text(stuck), HasSubstr("left, 50 to be retried"));
}

TEST(Progress, CountsTheTimeIfADurationIsSet) {
  EXPECT_EQ(progress_text({.accepted = 500, .time = 10s, .elapsed = 5s}),
            "500 votes, 50 %, 100 per second, 5.00 s left");
}

TEST(Progress, ShowsNoEstimateBeforeTheFirstVote) {
  EXPECT_EQ(progress_text({.wanted = 10}), "0 of 10 votes, 0 %");
}

TEST(Progress, ShowsAHundredPercentOnlyWhenAllAreDone) {
  EXPECT_THAT(progress_text({.accepted = 2999, .wanted = 3000, .elapsed = 1s}), HasSubstr("99 %"));
  EXPECT_THAT(progress_text({.accepted = 3000, .wanted = 3000, .elapsed = 1s}), HasSubstr("100 %"));
}

TEST(ProgressBar, FillsWithTheVotes) {
  EXPECT_THAT(progress_bar(some, 200, false),
              StartsWith("[" + std::string(16, '#') + std::string(24, '.') + "] 1,200"));
}

TEST(ProgressBar, IsNeverWiderThanTheTerminal) {
  for (std::size_t columns = 0; columns < 200; ++columns) {
    EXPECT_LE(progress_bar(some, columns, false).size(), columns);
  }
  EXPECT_THAT(progress_bar(some, 60, false), Not(StartsWith("[")));
  EXPECT_THAT(progress_bar(some, 72, false), StartsWith("[#"));
}

TEST(ProgressBar, HasColorIfEnabled) {
  EXPECT_THAT(progress_bar(some, 100, true), StartsWith("[\x1b[32m#"));
  EXPECT_THAT(progress_bar(some, 100, false), Not(HasSubstr("\x1b")));
}

}  // namespace

}  // namespace pollux::seed
