#include "seed-data/display.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;
const Clock::time_point start = Clock::time_point() + 1h;
const Progress some{.accepted = 1200, .wanted = 3000, .elapsed = 100ms};

TEST(Display, PrintsALineASecondWhereItIsNoTerminal) {
  std::ostringstream out;
  Display display(out, {});
  for (auto time = 0ms; time <= 2500ms; time += 50ms) display.voting(some, start + time);
  const std::string line = progress_text(some) + "\n";
  EXPECT_EQ(out.str(), line + line);
}

TEST(Display, SaysNothingOfARunThatIsQuicklyOver) {
  std::ostringstream out;
  Display display(out, {});
  display.voting(some, start);
  display.voting(some, start + 900ms);
  display.clear();
  EXPECT_EQ(out.str(), "");
}

TEST(Display, OverwritesOneLineOfATerminalTenTimesASecond) {
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

TEST(Display, CutsASentenceToTheTerminal) {
  std::ostringstream out;
  Display display(out, {.terminal = true});
  display.waiting("", start);
  display.waiting(std::string(200, 'x'), start + 1s);
  EXPECT_EQ(out.str(), "\r\x1b[K" + std::string(80, 'x'));
}

}  // namespace
}  // namespace pollux::seed
