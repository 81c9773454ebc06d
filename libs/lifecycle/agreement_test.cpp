#include "lifecycle/agreement.hpp"

#include <atomic>
#include <mutex>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux::lifecycle {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

poll::PollId id(const std::string& text) {
  return poll::PollId::parse(text).value();
}

class AgreementOnPoll : public testing::Test {
 protected:
  Agreement watch(const Result<poll::PollDefinitions>& others) {
    return {"pollux_poll", "poll",
            agreement_on_poll(
                id("default"), cats_, [others] { return others; }, metrics_, log_),
            metrics_, log_};
  }

  // It asks at once, and its end waits for that.
  void read_once(const Result<poll::PollDefinitions>& others) { watch(others); }

  double gauge(const std::string& name) { return metrics_.gauge(name, "").value(); }

  telemetry::Metrics metrics_;
  std::ostringstream lines_;
  telemetry::Log log_{telemetry::LogLevel::info, lines_};
  const poll::Poll cats_ = poll::Poll::create(id("default"), "Cats vs Dogs!", {"Cats", "Dogs"}).value();
  const poll::PollDefinition corrected_{"Cats vs Dogs?", {"Cats", "Dogs"}};
  const poll::PollDefinition noodles_{"Noodles vs Pizza!", {"Noodles", "Pizza"}};
};

TEST_F(AgreementOnPoll, DetectsAnotherQuestionInTheSameRun) {
  {
    const Agreement disagreeing = watch(poll::PollDefinitions{{id("default"), noodles_}});
    ASSERT_TRUE(eventually([&] { return !disagreeing.check(); }));
    EXPECT_THAT(disagreeing.check().error().message, HasSubstr("POLLUX_RUN"));
  }
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 1);
  EXPECT_THAT(lines_.str(), HasSubstr("The services disagree on the poll."));
}

TEST_F(AgreementOnPoll, AcceptsACorrectionAndAnEmptyRegistry) {
  read_once(poll::PollDefinitions{{id("default"), corrected_}, {id("lunch"), noodles_}});
  read_once(poll::PollDefinitions{});
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
  EXPECT_EQ(lines_.str(), "");
}

TEST_F(AgreementOnPoll, WarnsOfANewerRun) {
  read_once(poll::PollDefinitions{{id("default"), corrected_}, {id("default.3"), noodles_}});
  EXPECT_EQ(gauge("pollux_poll_newest_run"), 3);
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
  EXPECT_THAT(lines_.str(), HasSubstr("newer run"));
}

TEST_F(AgreementOnPoll, LogsWhyTheOthersAreUnknown) {
  read_once(unavailable("Redis is down."));
  EXPECT_THAT(lines_.str(), HasSubstr("Redis is down."));
  EXPECT_EQ(metrics_.counter("pollux_poll_read_failures_total", "").value(), 1);
  EXPECT_EQ(gauge("pollux_poll_disagrees"), 0);
}

class AgreementOnVoterKey : public testing::Test {
 protected:
  const Error another_key_ = invalid("Redis has another voter key.");
  const Error away_ = unavailable("Redis is down.");

  // What Redis answers from now on.
  void answer(const Result<bool>& kept) {
    const std::lock_guard guard(mutex_);
    kept_ = kept;
  }

  Agreement watch() {
    return {"pollux_voter_key",
            "voter key",
            agreement_on_voter_key(
                [this] {
                  const std::lock_guard guard(mutex_);
                  ++asked_;
                  return kept_;
                },
                metrics_, log_),
            metrics_,
            log_,
            1ms};
  }

  // Until an answer that was given after this call has been noted: the one before it was, when it asks again.
  void wait_for_answers() {
    const int before = asked_;
    ASSERT_TRUE(eventually([&] { return asked_ >= before + 2; }));
  }

  double disagrees() { return metrics_.gauge("pollux_voter_key_disagrees", "").value(); }
  double count(const std::string& name) { return metrics_.counter(name, "").value(); }
  double restored() { return count("pollux_voter_key_restored_total"); }
  double failures() { return count("pollux_voter_key_read_failures_total"); }

  telemetry::Metrics metrics_;
  std::ostringstream lines_;  // read after the watch has ended
  telemetry::Log log_{telemetry::LogLevel::info, lines_};

 private:
  std::mutex mutex_;
  Result<bool> kept_{false};
  std::atomic<int> asked_ = 0;
};

TEST_F(AgreementOnVoterKey, LogsNothingWhileRedisHasTheKey) {
  {
    const Agreement watching = watch();
    wait_for_answers();
    EXPECT_TRUE(watching.check());
  }
  EXPECT_EQ(lines_.str(), "");
  EXPECT_EQ(disagrees(), 0);
  EXPECT_EQ(restored(), 0);
  EXPECT_EQ(failures(), 0);
}

TEST_F(AgreementOnVoterKey, CountsAndLogsEachRestoredKey) {
  answer(true);
  {
    const Agreement watching = watch();
    ASSERT_TRUE(eventually([&] { return restored() >= 2; }));
    EXPECT_TRUE(watching.check());
  }
  EXPECT_THAT(lines_.str(), HasSubstr("This service has restored it."));
  EXPECT_EQ(disagrees(), 0);
}

TEST_F(AgreementOnVoterKey, FailsReadinessWhileRedisHasAnotherKey) {
  answer(another_key_);
  {
    const Agreement watching = watch();
    ASSERT_TRUE(eventually([&] { return !watching.check(); }));
    EXPECT_EQ(watching.check().error().message, another_key_.message);
    EXPECT_TRUE(eventually([&] { return disagrees() == 1; }));

    answer(false);
    EXPECT_TRUE(eventually([&] { return watching.check().has_value(); })) << "it recovers by itself";
    EXPECT_TRUE(eventually([&] { return disagrees() == 0; }));
  }
  EXPECT_THAT(lines_.str(),
              AllOf(HasSubstr("The services disagree on the voter key."), HasSubstr(another_key_.message)));
  EXPECT_EQ(failures(), 0);
}

TEST_F(AgreementOnVoterKey, KeepsItsStateWhileRedisIsDown) {
  answer(away_);
  {
    const Agreement watching = watch();
    ASSERT_TRUE(eventually([&] { return failures() >= 1; }));
    EXPECT_TRUE(watching.check()) << "the queue reports the outage";
    EXPECT_EQ(disagrees(), 0);

    answer(another_key_);
    ASSERT_TRUE(eventually([&] { return !watching.check(); }));
    answer(away_);
    wait_for_answers();
    EXPECT_FALSE(watching.check()) << "another key may still be there";
    EXPECT_EQ(disagrees(), 1);
  }
  EXPECT_THAT(lines_.str(), HasSubstr(away_.message));
}

TEST_F(AgreementOnVoterKey, DoesNotRepeatLogLines) {
  answer(another_key_);
  {
    const Agreement watching = watch();
    for (int n = 0; n < 5; ++n) wait_for_answers();
  }
  const std::string lines = lines_.str();
  EXPECT_EQ(lines.find('\n'), lines.size() - 1) << lines;
}

}  // namespace
}  // namespace pollux::lifecycle
