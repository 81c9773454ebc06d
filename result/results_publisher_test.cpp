#include "result/results_publisher.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

// A feed controlled by the test.
class ScriptedFeed : public poll::TallyFeed {
 public:
  std::unique_ptr<Subscription> subscribe(const poll::PollId&, Listener listener) override {
    listener_ = std::move(listener);
    return std::make_unique<Subscription>();
  }
  void say(const poll::Tally& tally, const poll::VoteTimes& votes = {}) { listener_(tally, votes); }

 private:
  Listener listener_;
};

// Collects published versions, and how many votes were known with them.
class Screen {
 public:
  void show(const ResultsPublisher::Publication& publication) {
    const std::lock_guard lock(mutex_);
    versions_.push_back(publication.results.version);
    votes_.push_back(publication.change.votes.votes());
    traces_.push_back(publication.change.trace);
    changed_.notify_all();
  }
  bool comes_to(std::uint64_t version) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return !versions_.empty() && versions_.back() == version; });
  }
  std::vector<std::uint64_t> versions() {
    const std::lock_guard lock(mutex_);
    return versions_;
  }
  std::vector<std::uint64_t> votes() {
    const std::lock_guard lock(mutex_);
    return votes_;
  }
  std::vector<tracing::SpanContext> traces() {
    const std::lock_guard lock(mutex_);
    return traces_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> versions_;
  std::vector<std::uint64_t> votes_;
  std::vector<tracing::SpanContext> traces_;
};

class ResultsPublisherTest : public testing::Test {
 protected:
  void start(std::chrono::milliseconds period) {
    publisher_.emplace(
        threads_.context(0), poll_, feed_, period,
        [this](const ResultsPublisher::Publication& publication) { screen_.show(publication); },
        [this](const poll::VoteTimes& votes, const tracing::SpanContext&) {
          published_before_ += votes.votes();
        });
    threads_.start();
  }
  ~ResultsPublisherTest() override { threads_.stop(); }

  // `votes`: how many have times that the feed knows.
  void count_votes(std::uint64_t count, std::uint64_t votes = 0) {
    poll::VoteTimes times;
    times.add(1'700'000'000'000, votes);
    feed_.say({poll_.id(), count, {{poll::Selection::parse("a").value(), count}}}, times);
  }

  const poll::Poll poll_ =
      poll::Poll::create(poll::PollId::parse("default").value(), "Which?", {"Cats", "Dogs"}).value();
  ScriptedFeed feed_;
  Screen screen_;
  std::atomic<std::uint64_t> published_before_ = 0;
  IoThreads threads_{1};
  std::optional<ResultsPublisher> publisher_;
};

TEST_F(ResultsPublisherTest, HasResultsBeforeTheFirstVote) {
  start(1ms);
  EXPECT_EQ(publisher_->latest().total, 0U);
  EXPECT_EQ(publisher_->latest().options.size(), 2U);
}

TEST_F(ResultsPublisherTest, PublishesTheFirstChangeAtOnce) {
  start(24h);
  count_votes(1);
  EXPECT_TRUE(screen_.comes_to(1));
}

TEST_F(ResultsPublisherTest, DelaysFurtherChangesWithinThePeriod) {
  start(24h);
  count_votes(1);
  ASSERT_TRUE(screen_.comes_to(1));
  for (std::uint64_t count = 2; count <= 100; ++count) count_votes(count);
  EXPECT_EQ(publisher_->latest().total, 100U);
  EXPECT_EQ(screen_.versions(), std::vector<std::uint64_t>{1});
}

TEST_F(ResultsPublisherTest, SlowsDownIfPublishingTakesLong) {
  start(1ms);
  publisher_->took(24h);
  count_votes(1);
  ASSERT_TRUE(screen_.comes_to(1)) << "but not for the first one";
  for (std::uint64_t count = 2; count <= 100; ++count) count_votes(count);
  EXPECT_EQ(publisher_->latest().total, 100U);
  EXPECT_EQ(screen_.versions(), std::vector<std::uint64_t>{1});
}

TEST_F(ResultsPublisherTest, APublicationHasTheTraceOfItsFirstSampledChange) {
  start(5ms);
  const auto say = [this](std::uint64_t version, const char* traceparent) {
    poll::Tally tally{poll_.id(), version, {}};
    if (traceparent != nullptr) tally.trace = tracing::parse_traceparent(traceparent).value();
    feed_.say(tally);
  };
  constexpr const char* first = "00-11111111111111111111111111111111-1111111111111111-01";
  constexpr const char* second = "00-22222222222222222222222222222222-2222222222222222-01";
  say(1, first);
  ASSERT_TRUE(screen_.comes_to(1));
  say(2, nullptr);
  ASSERT_TRUE(screen_.comes_to(2));
  say(3, second);
  say(4, first);
  ASSERT_TRUE(screen_.comes_to(4));
  const auto traces = screen_.traces();
  ASSERT_GE(traces.size(), 3U);
  EXPECT_EQ(traces[0], *tracing::parse_traceparent(first));
  EXPECT_FALSE(traces[1].sampled);
  EXPECT_EQ(traces[2], *tracing::parse_traceparent(second));
}

TEST_F(ResultsPublisherTest, PassesVotesOnWithTheFirstResultsThatIncludeThem) {
  start(5ms);
  count_votes(1, 1);
  ASSERT_TRUE(screen_.comes_to(1));
  count_votes(3, 2);
  count_votes(6, 3);
  count_votes(6, 4);  // known late, but before the publication or right after it
  ASSERT_TRUE(screen_.comes_to(6));
  const auto votes = screen_.votes();
  EXPECT_EQ(votes.front(), 1U);
  EXPECT_EQ(std::accumulate(votes.begin(), votes.end(), std::uint64_t{0}) + published_before_, 10U)
      << "each vote once";
}

TEST_F(ResultsPublisherTest, ReportsVotesThatBecameKnownAfterTheirPublicationWithoutAnother) {
  start(1ms);
  count_votes(1);
  ASSERT_TRUE(screen_.comes_to(1));
  EXPECT_EQ(published_before_, 0U);
  count_votes(1, 7);
  EXPECT_EQ(published_before_, 7U);
  count_votes(2);
  ASSERT_TRUE(screen_.comes_to(2));
  EXPECT_EQ(screen_.versions(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(screen_.votes(), (std::vector<std::uint64_t>{0, 0}));
}

TEST_F(ResultsPublisherTest, PublishesTheNewestResultsEventually) {
  start(5ms);
  for (std::uint64_t count = 1; count <= 1000; ++count) count_votes(count);
  EXPECT_TRUE(screen_.comes_to(1000));
}

}  // namespace
}  // namespace pollux::result
