#include "result/live_results.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

using namespace std::chrono_literals;
using poll::PollState;
using poll::ResultsPolicy;
using testing::HasSubstr;

// Follows the results of a poll from a real directory and a feed that the test updates.
class LiveResultsTest : public testing::Test {
 protected:
  ~LiveResultsTest() override { threads_.stop(); }

  void follow(std::chrono::milliseconds period = 1ms) {
    results_ = LiveResults::follow(
        threads_.context(0), poll_.id, directory_, feed_, period,
        {.changed =
             [this](const ResultsNow& now, const PendingChange::Details& change) {
               const std::lock_guard lock(mutex_);
               published_.push_back(public_results_json(now));
               votes_ += change.votes.votes();
             },
         .published_before = [this](const poll::PollId&, const poll::VoteTimes& votes,
                                    const tracing::SpanContext&) { published_before_ += votes.votes(); }});
    if (!threads_.running()) threads_.start();
  }

  void publish(const poll::ManagedPoll& poll) {
    poll_ = poll;
    directory_.publish(poll).value();
  }
  void count(const std::vector<std::string>& votes, std::uint64_t timed = 0) {
    poll::VoteTimes times;
    if (timed > 0) times.add(1'700'000'000'000, timed);
    feed_.update(tally_of(poll_, votes), times);
  }
  // Waits until the last publication contains the text.
  bool comes_to(const std::string& text) {
    return eventually([&] {
      const std::lock_guard lock(mutex_);
      return !published_.empty() && published_.back().find(text) != std::string::npos;
    });
  }

  poll::ManagedPoll poll_ = open_poll();
  directory::InProcessPollDirectory directory_;
  feed::TallyFanOut feed_;
  std::mutex mutex_;
  std::vector<std::string> published_;
  std::uint64_t votes_ = 0;
  std::atomic<std::uint64_t> published_before_ = 0;
  IoThreads threads_{1};
  std::shared_ptr<LiveResults> results_;
};

TEST_F(LiveResultsTest, PublishEachChangeOfTheTally) {
  publish(poll_);
  follow();
  count({"a"}, 1);
  EXPECT_TRUE(comes_to(R"("voters":1)"));
  count({"a", "b"}, 1);
  EXPECT_TRUE(comes_to(R"("voters":2)"));
  EXPECT_THAT(*results_->json(), HasSubstr(R"("count":1,"share":0.5)"));
  count({"a", "b"}, 3);
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return votes_ + published_before_ == 5;
  })) << "times that became known later";
}

TEST_F(LiveResultsTest, PublishEachChangeOfThePollAtOnce) {
  publish(poll_);
  follow();
  count({"a", "b"});
  ASSERT_TRUE(comes_to(R"("voters":2)"));
  publish(with_policy(poll_, ResultsPolicy::hidden));
  EXPECT_THAT(*results_->json(), HasSubstr(R"("results":null)"));
  EXPECT_TRUE(comes_to(R"("policy":"hidden")"));
  count({"a", "b", "b"});
  publish(with_state(poll_, PollState::closed));
  EXPECT_TRUE(comes_to(R"("state":"closed")"));
  EXPECT_TRUE(comes_to(R"("results":null)"));
  publish(with_policy(poll_, ResultsPolicy::after_close));
  EXPECT_TRUE(comes_to(R"("voters":3)"));
}

TEST_F(LiveResultsTest, SkipWhatIsOldByTheTimeOfItsTurn) {
  publish(poll_);
  follow(24h);
  ASSERT_TRUE(comes_to("open"));
  for (std::size_t votes = 1; votes <= 50; ++votes) count(std::vector<std::string>(votes, "a"));
  EXPECT_THAT(*results_->json(), HasSubstr(R"("voters":50)"));
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(published_.size(), 1U);
}

TEST_F(LiveResultsTest, FollowTheNextRun) {
  publish(poll_);
  follow();
  const poll::ManagedPoll before = poll_;
  count({"a", "a"});
  ASSERT_TRUE(comes_to(R"("voters":2)"));
  poll::ManagedPoll next = with_state(poll_, PollState::open);
  next.run = 2;
  publish(next);
  ASSERT_TRUE(eventually([&] { return feed_.is_followed(run_id(next)); }));
  EXPECT_TRUE(eventually([&] { return !feed_.is_followed(run_id(before)); }));
  feed_.update(tally_of(before, {"a", "a", "a"}));
  EXPECT_THAT(*results_->json(), HasSubstr(R"("run":2)"));
  EXPECT_THAT(*results_->json(), HasSubstr(R"("voters":null)"));
  count({"b"});
  EXPECT_TRUE(comes_to(R"("voters":1)"));
}

TEST_F(LiveResultsTest, AreCompleteOnceTheTallyIsKnown) {
  publish(poll_);
  follow();
  std::atomic<int> answered = 0;
  EXPECT_TRUE(results_->when_complete([&](const ResultsNow& now) {
    EXPECT_TRUE(now.tally);
    ++answered;
  }));
  EXPECT_EQ(answered, 0);
  count({});
  EXPECT_TRUE(eventually([&] { return answered == 1; }));
  EXPECT_TRUE(results_->when_complete([&](const ResultsNow&) { ++answered; }));
  EXPECT_EQ(answered, 2) << "at once";
}

TEST_F(LiveResultsTest, AreCompleteWithoutATallyThatNobodyMaySee) {
  publish(with_policy(poll_, ResultsPolicy::hidden));
  follow();
  bool answered = false;
  EXPECT_TRUE(results_->when_complete([&](const ResultsNow&) { answered = true; }));
  EXPECT_TRUE(answered);
}

TEST_F(LiveResultsTest, LetABoundedNumberWait) {
  publish(poll_);
  follow();
  const auto held = std::make_shared<int>();
  for (std::size_t i = 0; i < LiveResults::max_waiting; ++i)
    EXPECT_TRUE(results_->when_complete([held](const ResultsNow&) {}));
  EXPECT_FALSE(results_->when_complete([](const ResultsNow&) {}));
  results_->drop_waiting();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(LiveResultsTest, SayThatThePollWasWithdrawn) {
  publish(poll_);
  follow();
  directory_.withdraw(poll_.id).value();
  EXPECT_TRUE(comes_to(R"("state":"removed")"));
  EXPECT_TRUE(eventually([&] { return !feed_.is_followed(run_id(poll_)); }));
}

TEST_F(LiveResultsTest, EndTheirSubscriptions) {
  publish(poll_);
  follow();
  results_.reset();
  EXPECT_FALSE(feed_.is_followed(run_id(poll_)));
  publish(with_state(poll_, PollState::closed));
}

}  // namespace
}  // namespace pollux::result
