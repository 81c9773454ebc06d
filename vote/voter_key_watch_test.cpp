#include "vote/voter_key_watch.hpp"

#include <atomic>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

namespace pollux::vote {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

class VoterKeyWatchTest : public ::testing::Test {
 protected:
  // What Redis answers from now on.
  void answer(const Result<bool>& kept) {
    const std::lock_guard guard(mutex_);
    kept_ = kept;
  }

  VoterKeyWatch watch() {
    return {[this] {
              const std::lock_guard guard(mutex_);
              ++asked_;
              return kept_;
            },
            metrics_, log_, 1ms};
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

  const Error another_key_ = invalid("Redis has another voter key.");
  const Error away_ = unavailable("Redis is down.");
  Metrics metrics_;
  std::ostringstream lines_;  // read after the watch has ended
  Log log_{LogLevel::info, lines_};

 private:
  std::mutex mutex_;
  Result<bool> kept_{false};
  std::atomic<int> asked_ = 0;
};

TEST_F(VoterKeyWatchTest, SaysNothingWhileRedisHasTheKey) {
  {
    const VoterKeyWatch watching = watch();
    wait_for_answers();
    EXPECT_TRUE(watching.check());
  }
  EXPECT_EQ(lines_.str(), "");
  EXPECT_EQ(disagrees(), 0);
  EXPECT_EQ(restored(), 0);
  EXPECT_EQ(failures(), 0);
}

TEST_F(VoterKeyWatchTest, CountsAndLogsEachTimeThatItPutTheKeyBack) {
  answer(true);
  {
    const VoterKeyWatch watching = watch();
    ASSERT_TRUE(eventually([&] { return restored() >= 2; }));
    EXPECT_TRUE(watching.check());
  }
  EXPECT_THAT(lines_.str(), HasSubstr("This service has put it back."));
  EXPECT_EQ(disagrees(), 0);
}

TEST_F(VoterKeyWatchTest, IsAnErrorOfReadinessWhileRedisHasAnotherKey) {
  answer(another_key_);
  {
    const VoterKeyWatch watching = watch();
    ASSERT_TRUE(eventually([&] { return !watching.check(); }));
    EXPECT_EQ(watching.check().error().message, another_key_.message);
    EXPECT_EQ(disagrees(), 1);

    answer(false);
    EXPECT_TRUE(eventually([&] { return watching.check().has_value(); })) << "it recovers by itself";
    EXPECT_TRUE(eventually([&] { return disagrees() == 0; }));
  }
  EXPECT_THAT(lines_.str(),
              AllOf(HasSubstr("The services disagree on the voter key."), HasSubstr(another_key_.message)));
  EXPECT_EQ(failures(), 0);
}

TEST_F(VoterKeyWatchTest, KeepsWhatItKnowsWhileRedisIsAway) {
  answer(away_);
  {
    const VoterKeyWatch watching = watch();
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

TEST_F(VoterKeyWatchTest, RepeatsNoLineAllTheTime) {
  answer(another_key_);
  {
    const VoterKeyWatch watching = watch();
    for (int n = 0; n < 5; ++n) wait_for_answers();
  }
  const std::string lines = lines_.str();
  EXPECT_EQ(lines.find('\n'), lines.size() - 1) << lines;
}

}  // namespace
}  // namespace pollux::vote
