#include "program/poll_watch.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux {
namespace {

using testing::HasSubstr;

using Others = std::map<PollId, PollDefinition>;

PollId id(const std::string& text) {
  return PollId::parse(text).value();
}

class PollWatchTest : public testing::Test {
 protected:
  PollWatch watch(const Result<Others>& others) {
    return PollWatch(
        id("default"), cats_, [others] { return others; }, metrics_, log_);
  }

  // A watch reads at once, and its end waits for that.
  void read_once(const Result<Others>& others) { watch(others); }

  double gauge(const std::string& name) { return metrics_.gauge(name, "").value(); }

  Metrics metrics_;
  std::ostringstream lines_;
  Log log_{LogLevel::info, lines_};
  const Poll cats_ = Poll::create(id("default"), "Cats vs Dogs!", {"Cats", "Dogs"}).value();
  const PollDefinition corrected_{"Cats vs Dogs?", {"Cats", "Dogs"}};
  const PollDefinition noodles_{"Noodles vs Pizza!", {"Noodles", "Pizza"}};
};

TEST_F(PollWatchTest, FindsThatAnotherQuestionIsAskedInTheSameRun) {
  {
    const PollWatch disagreeing = watch(Others{{id("default"), noodles_}});
    ASSERT_TRUE(eventually([&] { return !disagreeing.check(); }));
    EXPECT_THAT(disagreeing.check().error().message, HasSubstr("POLLUX_RUN"));
  }
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 1);
  EXPECT_THAT(lines_.str(), HasSubstr("The services disagree on the poll."));
}

TEST_F(PollWatchTest, IsContentWithACorrectionAndWithNothingRegistered) {
  read_once(Others{{id("default"), corrected_}, {id("lunch"), noodles_}});
  read_once(Others{});
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
  EXPECT_EQ(lines_.str(), "");
}

TEST_F(PollWatchTest, WarnsOfANewerRun) {
  read_once(Others{{id("default"), corrected_}, {id("default.3"), noodles_}});
  EXPECT_EQ(gauge("pollux_poll_newest_run"), 3);
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
  EXPECT_THAT(lines_.str(), HasSubstr("newer run"));
}

TEST_F(PollWatchTest, SaysWhyTheOthersAreNotKnown) {
  read_once(unavailable("Redis is down."));
  EXPECT_THAT(lines_.str(), HasSubstr("Redis is down."));
  EXPECT_EQ(metrics_.counter("pollux_poll_read_failures_total", "").value(), 1);
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
}

}  // namespace
}  // namespace pollux
