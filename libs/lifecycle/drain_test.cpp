#include "lifecycle/drain.hpp"

#include <condition_variable>
#include <csignal>
#include <future>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing/eventually.hpp"

namespace pollux::lifecycle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void wait_for_ever() {
  std::promise<void>().get_future().wait();
}

// What a death test runs in its own process.
void drain_with(Drain::Step step, milliseconds limit, milliseconds same_signal = milliseconds(0)) {
  TerminationSignals signals;
  telemetry::Log log(telemetry::LogLevel::info, std::cerr);
  Drain drain(log, limit, same_signal);
  drain.step("the step", std::move(step));
  std::exit(drain.run(signals, "SIGTERM"));
}

class DrainDeathTest : public testing::Test {
 protected:
  DrainDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST(TerminationSignals, ReturnTheSignal) {
  TerminationSignals signals;
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(signals.wait(), "SIGTERM");
  ::kill(::getpid(), SIGINT);
  EXPECT_EQ(signals.wait(), "SIGINT");
}

TEST(TerminationSignals, IgnoreSigpipe) {
  TerminationSignals signals;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

TEST(TerminationSignals, StopWaitingAfterTheTimeout) {
  TerminationSignals signals;
  EXPECT_EQ(signals.wait_for(milliseconds(1), -1), std::nullopt);
}

TEST(Drain, RunsTheStepsInOrderAndKeepsTimeForTheLaterOnes) {
  TerminationSignals signals;
  std::ostringstream out;
  telemetry::Log log(telemetry::LogLevel::info, out);
  Drain drain(log, seconds(80));
  std::vector<std::string> ran;
  std::vector<milliseconds> deadlines;
  for (const std::string name : {"first", "second", "third"}) {
    drain.step(name, [&, name](milliseconds deadline) {
      ran.push_back(name);
      deadlines.push_back(deadline);
    });
  }
  EXPECT_EQ(drain.run(signals, "SIGTERM"), 0);
  EXPECT_EQ(ran, (std::vector<std::string>{"first", "second", "third"}));
  // All but an eighth for each step that follows.
  for (std::size_t step = 0; step < deadlines.size(); ++step) {
    EXPECT_LE(deadlines[step], seconds(60 + 10 * step));
    EXPECT_GT(deadlines[step], seconds(50 + 10 * step));
  }
  EXPECT_NE(out.str().find(R"("step":"second")"), std::string::npos) << out.str();
}

// The steps that use all of their time, and what each got.
std::vector<milliseconds> use_all(milliseconds limit, std::size_t steps, milliseconds delay) {
  TerminationSignals signals;
  std::ostringstream out;
  telemetry::Log log(telemetry::LogLevel::info, out);
  telemetry::Readiness readiness;
  Drain drain(log, limit);
  drain.readiness_step(readiness, delay);
  std::vector<milliseconds> deadlines;
  for (std::size_t step = 0; step < steps; ++step) {
    drain.step("step", [&](milliseconds deadline) {
      deadlines.push_back(deadline);
      std::this_thread::sleep_for(deadline);
    });
  }
  EXPECT_EQ(drain.run(signals, "SIGTERM"), 0);
  return deadlines;
}

TEST(Drain, StepsThatUseAllTheirTimeStayWithinTheLimit) {
  for (const std::size_t steps : {1U, 5U, 20U}) {
    const auto deadlines = use_all(milliseconds(160), steps, milliseconds(0));
    ASSERT_EQ(deadlines.size(), steps);
    EXPECT_LE(std::accumulate(deadlines.begin(), deadlines.end(), milliseconds(0)),
              milliseconds(160) + static_cast<int>(steps) * milliseconds(1));
    // The first cannot take it all.
    if (steps > 1) {
      EXPECT_LE(deadlines.front(), milliseconds(80));
    }
  }
}

TEST(Drain, ADelayLongerThanTheLimitLeavesTheStepsTheirTime) {
  const auto deadlines = use_all(milliseconds(20), 1, milliseconds(60));
  ASSERT_EQ(deadlines.size(), 1U);
  EXPECT_GT(deadlines.front(), milliseconds(0));
}

TEST_F(DrainDeathTest, EndsAtOnceOnASecondSignal) {
  const auto step = [](milliseconds) {
    ::kill(::getpid(), SIGTERM);
    wait_for_ever();
  };
  EXPECT_EXIT(drain_with(step, std::chrono::hours(1)), testing::ExitedWithCode(1), "A second signal came");
}

TEST_F(DrainDeathTest, TreatsSimultaneousSignalsAsOne) {
  const auto step = [](milliseconds) {
    ::kill(::getpid(), SIGINT);
    ::kill(::getpid(), SIGTERM);
    // Until the one who watches over the step has taken both.
    EXPECT_TRUE(eventually([] {
      sigset_t pending;
      ::sigpending(&pending);
      return sigismember(&pending, SIGINT) == 0 && sigismember(&pending, SIGTERM) == 0;
    }));
  };
  EXPECT_EXIT(drain_with(step, seconds(60), std::chrono::hours(1)), testing::ExitedWithCode(0), "Drained");
}

TEST(Drain, IsNotReadyForADelayBeforeTheListenersClose) {
  TerminationSignals signals;
  std::ostringstream out;
  telemetry::Log log(telemetry::LogLevel::info, out);
  telemetry::Readiness readiness;
  Drain drain(log, seconds(60));
  drain.readiness_step(readiness, milliseconds(30));
  std::chrono::steady_clock::time_point closed;
  drain.step("listener", [&](auto) { closed = std::chrono::steady_clock::now(); });
  const auto begun = std::chrono::steady_clock::now();
  std::thread watcher([&] { EXPECT_TRUE(eventually([&] { return !readiness.report().ready; })); });
  EXPECT_EQ(drain.run(signals, "SIGTERM"), 0);
  watcher.join();
  EXPECT_GE(closed - begun, milliseconds(30));
}

TEST(Drain, LogsTheReasonOnce) {
  TerminationSignals signals;
  std::ostringstream out;
  telemetry::Log log(telemetry::LogLevel::info, out);
  EXPECT_EQ(Drain(log, seconds(60)).run(signals, "SIGINT"), 0);
  EXPECT_NE(out.str().find(R"("message":"Draining.","signal":"SIGINT")"), std::string::npos) << out.str();
}

TEST_F(DrainDeathTest, EndsAtOnceIfAStepIsStuck) {
  const auto step = [](milliseconds) { wait_for_ever(); };
  EXPECT_EXIT(drain_with(step, milliseconds(1)), testing::ExitedWithCode(1), "is stuck.*the step");
}

TEST_F(DrainDeathTest, EndsAtOnceIfAStepThrows) {
  const auto step = [](milliseconds) { throw std::runtime_error("The disk is on fire."); };
  EXPECT_EXIT(drain_with(step, seconds(60)), testing::ExitedWithCode(1),
              "A step of the drain failed.*the step.*The disk is on fire");
}

}  // namespace
}  // namespace pollux::lifecycle
