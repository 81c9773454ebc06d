#include "result/results_publisher.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

// Says what the test says.
class ScriptedFeed : public poll::TallyFeed {
 public:
  std::unique_ptr<Subscription> subscribe(const poll::PollId&, Listener listener) override {
    listener_ = std::move(listener);
    return std::make_unique<Subscription>();
  }
  void say(const poll::Tally& tally) { listener_(tally); }

 private:
  Listener listener_;
};

// What was published, with a wait for it.
class Screen {
 public:
  void show(const poll::Results& results) {
    const std::lock_guard lock(mutex_);
    versions_.push_back(results.version);
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

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> versions_;
};

class ResultsPublisherTest : public testing::Test {
 protected:
  void start(std::chrono::milliseconds period) {
    publisher_.emplace(threads_.context(0), poll_, feed_, period,
                       [this](const poll::Results& results, auto) { screen_.show(results); });
    threads_.start();
  }
  ~ResultsPublisherTest() override { threads_.stop(); }

  void count_votes(std::uint64_t count) {
    feed_.say({poll_.id(), count, {{poll::Selection::parse("a").value(), count}}});
  }

  const poll::Poll poll_ =
      poll::Poll::create(poll::PollId::parse("default").value(), "Which?", {"Cats", "Dogs"}).value();
  ScriptedFeed feed_;
  Screen screen_;
  IoThreads threads_{1};
  std::optional<ResultsPublisher> publisher_;
};

TEST_F(ResultsPublisherTest, KnowsTheResultsBeforeTheFirstVote) {
  start(1ms);
  EXPECT_EQ(publisher_->latest().total, 0U);
  EXPECT_EQ(publisher_->latest().options.size(), 2U);
}

TEST_F(ResultsPublisherTest, PublishesAFirstChangeAtOnce) {
  start(24h);
  count_votes(1);
  EXPECT_TRUE(screen_.comes_to(1));
}

TEST_F(ResultsPublisherTest, HoldsFurtherChangesBackWithinThePeriod) {
  start(24h);
  count_votes(1);
  ASSERT_TRUE(screen_.comes_to(1));
  for (std::uint64_t count = 2; count <= 100; ++count) count_votes(count);
  EXPECT_EQ(publisher_->latest().total, 100U);
  EXPECT_EQ(screen_.versions(), std::vector<std::uint64_t>{1});
}

TEST_F(ResultsPublisherTest, SlowsDownWherePublishingTakesLong) {
  start(1ms);
  publisher_->took(24h);
  count_votes(1);
  ASSERT_TRUE(screen_.comes_to(1)) << "but not for the first one";
  for (std::uint64_t count = 2; count <= 100; ++count) count_votes(count);
  EXPECT_EQ(publisher_->latest().total, 100U);
  EXPECT_EQ(screen_.versions(), std::vector<std::uint64_t>{1});
}

TEST_F(ResultsPublisherTest, PublishesTheNewestInTheEnd) {
  start(5ms);
  for (std::uint64_t count = 1; count <= 1000; ++count) count_votes(count);
  EXPECT_TRUE(screen_.comes_to(1000));
}

}  // namespace
}  // namespace pollux::result
