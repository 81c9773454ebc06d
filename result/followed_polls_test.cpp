#include "result/followed_polls.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

class FollowedPollsTest : public testing::Test {
 protected:
  FollowedPollsTest() {
    for (int number = 0; number < 4; ++number) {
      polls_.push_back(open_poll(tea_or_coffee, number));
      directory_.publish(polls_.back()).value();
    }
  }
  ~FollowedPollsTest() override {
    threads_.stop();
    followed_.reset();
  }

  void start(FollowedPolls::Options options) {
    followed_.emplace(threads_, directory_, feed_, options,
                      LiveResults::Events{.changed = [](const auto&, const auto&) {},
                                          .published_before = [](const auto&, const auto&, const auto&) {}});
    threads_.start();
  }
  // The threads have done what was posted to them: meanwhile, they use the results of a poll that is new.
  void wait_for_threads() {
    for (std::size_t n = 0; n < threads_.size(); ++n) {
      const auto done = std::make_shared<std::promise<void>>();
      boost::asio::post(threads_.context(n), [done] { done->set_value(); });
      ASSERT_EQ(done->get_future().wait_for(20s), std::future_status::ready);
    }
  }
  bool is_followed(std::size_t number) const { return feed_.is_followed(run_id(polls_[number])); }

  std::vector<poll::ManagedPoll> polls_;
  directory::InProcessPollDirectory directory_;
  feed::TallyFanOut feed_;
  IoThreads threads_{2};
  std::optional<FollowedPolls> followed_;
};

TEST_F(FollowedPollsTest, FollowAPollOnceForAllWhoAsk) {
  start({});
  EXPECT_EQ(followed_->size(), 0U);
  EXPECT_EQ(followed_->find(polls_[0].id), nullptr);
  const auto first = followed_->follow(polls_[0].id).value();
  EXPECT_EQ(followed_->follow(polls_[0].id).value(), first);
  EXPECT_EQ(followed_->find(polls_[0].id), first);
  EXPECT_EQ(followed_->all(), std::vector{first});
  EXPECT_TRUE(is_followed(0));
  EXPECT_FALSE(is_followed(1));
}

TEST_F(FollowedPollsTest, KnowOnlyThePollsOfTheDirectory) {
  start({});
  EXPECT_EQ(followed_->follow(poll::make_poll_id(noon + 1h)).error().code, ErrorCode::invalid);
  const auto held = followed_->follow(polls_[0].id).value();
  directory_.withdraw(polls_[0].id).value();
  EXPECT_EQ(followed_->follow(polls_[0].id).error().code, ErrorCode::invalid);
}

// A database has lost the removal.
TEST_F(FollowedPollsTest, FollowAPollAgainThatWasRemovedAndIsThereAgain) {
  start({.max_polls = 1});
  const auto held = followed_->follow(polls_[0].id).value();
  directory_.withdraw(polls_[0].id).value();
  EXPECT_EQ(held->now().poll, nullptr);
  directory_.reinstate(polls_[0].id).value();
  poll::ManagedPoll reinstated = polls_[0];
  ++reinstated.revision;
  directory_.publish(reinstated).value();
  const auto again = followed_->follow(polls_[0].id).value();
  ASSERT_NE(again->now().poll, nullptr);
  EXPECT_EQ(*again->now().poll, reinstated);
  EXPECT_EQ(followed_->follow(polls_[0].id).value(), again);
  EXPECT_EQ(followed_->all(), std::vector{again});
  EXPECT_TRUE(is_followed(0));
}

TEST_F(FollowedPollsTest, DropTheOldestUnusedOneForAnother) {
  start({.max_polls = 2, .keep_unused = 1h});
  followed_->follow(polls_[0].id).value();
  followed_->follow(polls_[1].id).value();
  followed_->follow(polls_[0].id).value();  // used later
  wait_for_threads();
  const auto third = followed_->follow(polls_[2].id).value();
  EXPECT_TRUE(is_followed(0));
  EXPECT_FALSE(is_followed(1));
  const auto first = followed_->follow(polls_[0].id).value();
  EXPECT_EQ(followed_->follow(polls_[3].id).error().code, ErrorCode::full) << "both are used";
  EXPECT_EQ(followed_->size(), 2U);
}

TEST_F(FollowedPollsTest, DropWhatNobodyUsesAfterAWhile) {
  start({.keep_unused = 20ms});
  auto used = followed_->follow(polls_[0].id).value();
  followed_->follow(polls_[1].id).value();
  EXPECT_TRUE(eventually([&] { return !is_followed(1); }));
  EXPECT_TRUE(is_followed(0));
  used.reset();
  EXPECT_TRUE(eventually([&] { return followed_->size() == 0; }));
}

// What waits for results may hold them; it must not keep them for ever.
TEST_F(FollowedPollsTest, EndWhileSomeoneWaitsForResults) {
  start({});
  auto results = followed_->follow(polls_[0].id).value();
  const std::weak_ptr<LiveResults> watched = results;
  LiveResults& waited_for = *results;
  waited_for.when_complete([results = std::move(results)](const ResultsNow&) {});
  threads_.stop();
  followed_.reset();
  EXPECT_TRUE(watched.expired());
  EXPECT_FALSE(is_followed(0));
}

TEST_F(FollowedPollsTest, AreSafeWhilePollsAndTalliesChange) {
  start({.max_polls = 3, .keep_unused = 2ms});
  std::vector<std::thread> others;
  for (int thread = 0; thread < 3; ++thread) {
    others.emplace_back([&, thread] {
      for (int i = 0; i < 200; ++i) {
        const poll::ManagedPoll& poll = polls_[static_cast<std::size_t>(i + thread) % polls_.size()];
        if (const auto results = followed_->follow(poll.id)) (*results)->json();
      }
    });
  }
  others.emplace_back([&] {
    for (std::uint64_t i = 0; i < 200; ++i) {
      poll::ManagedPoll poll = polls_[i % polls_.size()];
      poll.revision += i;
      poll.run = static_cast<std::uint32_t>(1 + i % 3);
      directory_.publish(poll).value();
      feed_.update(tally_of(poll, {"a"}));
    }
  });
  for (std::thread& other : others) other.join();
  EXPECT_LE(followed_->size(), 3U);
}

}  // namespace
}  // namespace pollux::result
