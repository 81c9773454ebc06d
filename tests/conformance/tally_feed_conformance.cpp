// The contract of TallyFeed and TallyPublisher.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/subjects.hpp"

namespace pollux::conformance {
namespace {

poll::Tally tally(std::uint64_t version, std::string_view id = "default") {
  return {poll(id), version, {{selection("a"), version}}};
}

poll::VoteTimes times(std::uint64_t votes) {
  poll::VoteTimes times;
  times.add(1'700'000'000'000, votes);
  return times;
}

// A follower that keeps what it hears, and detects violations.
class Follower {
 public:
  poll::TallyFeed::Listener listener() {
    return [this](const poll::Tally& heard, const poll::VoteTimes& times) {
      if (calls_.fetch_add(1) != 0) overlapped_ = true;
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(heard);
        votes_ += times.votes();
        changed_.notify_all();
      }
      calls_.fetch_sub(1);
    };
  }

  [[nodiscard]] bool eventually_hears(const poll::Tally& expected) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1),
                             [&] { return !heard_.empty() && heard_.back() == expected; });
  }

  // Waits until the times of so many votes have come.
  [[nodiscard]] bool eventually_hears_of_votes(std::uint64_t votes) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return votes_ == votes; });
  }

  std::vector<poll::Tally> heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

  bool heard_growing_versions_one_at_a_time() {
    const auto all = heard();
    for (std::size_t n = 1; n < all.size(); ++n) {
      if (all[n].version <= all[n - 1].version) return false;
    }
    return !overlapped_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<poll::Tally> heard_;
  std::uint64_t votes_ = 0;
  std::atomic<int> calls_ = 0;
  std::atomic<bool> overlapped_ = false;
};

class TallyFeedConformance : public testing::TestWithParam<Adapter<TallyFeedSubject>> {
 protected:
  auto follow(Follower& follower, std::string_view id = "default") {
    return subject_->feed().subscribe(poll(id), follower.listener());
  }

  std::unique_ptr<TallyFeedSubject> subject_ = GetParam().make();
};

TEST_P(TallyFeedConformance, DeliversTheKnownTallyToANewFollower) {
  subject_->publish(tally(1));
  subject_->publish(tally(7));
  Follower early;
  const auto first = follow(early);
  ASSERT_TRUE(early.eventually_hears(tally(7)));  // now the feed knows it
  Follower follower;
  const auto subscription = follow(follower);
  EXPECT_EQ(follower.heard(), std::vector{tally(7)}) << "at once";
}

TEST_P(TallyFeedConformance, DeliversWhatWasPublishedBeforeItsFirstFollowerCame) {
  subject_->publish(tally(7));
  Follower follower;
  Follower later;
  auto subscription = follow(follower);  // ends before the followers, which it may still call
  EXPECT_TRUE(follower.eventually_hears(tally(7)));
  subscription.reset();
  subject_->publish(tally(8));
  subscription = follow(later);
  EXPECT_TRUE(later.eventually_hears(tally(8)));
  EXPECT_TRUE(later.heard_growing_versions_one_at_a_time());
}

TEST_P(TallyFeedConformance, DeliversATallyWithoutVotes) {
  Follower follower;
  const auto subscription = follow(follower, "quiet");
  EXPECT_TRUE(follower.eventually_hears({poll("quiet"), 0, {}}));
}

TEST_P(TallyFeedConformance, DeliversTheNewestToEachFollower) {
  Follower one;
  Follower other;
  const auto first = follow(one);
  const auto second = follow(other);
  for (std::uint64_t version = 1; version <= 20; ++version) subject_->publish(tally(version));
  EXPECT_TRUE(one.eventually_hears(tally(20)));
  EXPECT_TRUE(other.eventually_hears(tally(20)));
  EXPECT_TRUE(one.heard_growing_versions_one_at_a_time());
}

TEST_P(TallyFeedConformance, DeliversTheTimesOfEachVoteOnceToEachFollower) {
  Follower one;
  Follower other;
  const auto first = follow(one);
  const auto second = follow(other);
  subject_->publish(tally(1));
  ASSERT_TRUE(one.eventually_hears(tally(1)));  // now the feed follows the publisher
  for (std::uint64_t version = 2; version <= 20; ++version) subject_->publish(tally(version), times(version));
  EXPECT_TRUE(one.eventually_hears_of_votes(209));
  EXPECT_TRUE(other.eventually_hears_of_votes(209));
  ASSERT_TRUE(one.eventually_hears(tally(20)));
  Follower late;
  const auto third = follow(late);
  EXPECT_EQ(late.heard(), std::vector{tally(20)});
  EXPECT_TRUE(late.eventually_hears_of_votes(0)) << "they were on the screens before";
}

TEST_P(TallyFeedConformance, DeliversTimesThatBecomeKnownLaterWithTheSameTally) {
  Follower follower;
  const auto subscription = follow(follower);
  subject_->publish(tally(3));
  ASSERT_TRUE(follower.eventually_hears(tally(3)));
  subject_->publish(tally(3), times(5));
  EXPECT_TRUE(follower.eventually_hears_of_votes(5));
  EXPECT_EQ(follower.heard().back(), tally(3));
}

TEST_P(TallyFeedConformance, DeliversOnlyThePollThatIsFollowed) {
  Follower follower;
  const auto subscription = follow(follower, "pets");
  subject_->publish(tally(3, "food"));
  subject_->publish(tally(1, "pets"));
  ASSERT_TRUE(follower.eventually_hears(tally(1, "pets")));
  for (const poll::Tally& heard : follower.heard()) EXPECT_EQ(heard.poll, poll("pets"));
}

TEST_P(TallyFeedConformance, DeliversNothingAfterTheSubscription) {
  Follower gone;
  Follower witness;
  auto subscription = follow(gone);
  const auto stays = follow(witness);
  subscription.reset();
  const std::size_t heard = gone.heard().size();
  subject_->publish(tally(5));
  ASSERT_TRUE(witness.eventually_hears(tally(5)));
  EXPECT_EQ(gone.heard().size(), heard);
}

TEST_P(TallyFeedConformance, WaitsForARunningCallBeforeASubscriptionEnds) {
  std::atomic<bool> entered = false;
  std::atomic<bool> may_leave = false;
  std::atomic<bool> left = false;
  std::atomic<bool> ended = false;
  auto subscription = subject_->feed().subscribe(poll(), [&](const poll::Tally&, const auto&) {
    entered = true;
    while (!may_leave) std::this_thread::yield();
    left = true;
  });
  std::thread publisher([this] { subject_->publish(tally(1)); });
  while (!entered) std::this_thread::yield();
  std::thread leaver([&] {
    subscription.reset();
    EXPECT_TRUE(left);
    ended = true;
  });
  for (int n = 0; n < 10'000 && !ended; ++n) std::this_thread::yield();
  EXPECT_FALSE(ended);
  may_leave = true;
  leaver.join();
  publisher.join();
}

TEST_P(TallyFeedConformance, KeepsItsContractWhileFollowersComeAndGo) {
  constexpr std::uint64_t last = 300;
  Follower steady;
  const auto stays = follow(steady);
  std::thread publisher([this] {
    for (std::uint64_t version = 1; version <= last; ++version) subject_->publish(tally(version));
  });
  std::vector<std::thread> others;
  for (int t = 0; t < 3; ++t) {
    others.emplace_back([this] {
      for (int n = 0; n < 50; ++n) {
        Follower follower;
        const auto subscription = follow(follower);
        EXPECT_TRUE(follower.heard_growing_versions_one_at_a_time());
      }
      Follower follower;
      const auto subscription = follow(follower);
      EXPECT_TRUE(follower.eventually_hears(tally(last)));
      EXPECT_TRUE(follower.heard_growing_versions_one_at_a_time());
    });
  }
  publisher.join();
  for (auto& other : others) other.join();
  EXPECT_TRUE(steady.eventually_hears(tally(last)));
  EXPECT_TRUE(steady.heard_growing_versions_one_at_a_time());
}

INSTANTIATE_TEST_SUITE_P(, TallyFeedConformance, testing::ValuesIn(tally_feeds()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
