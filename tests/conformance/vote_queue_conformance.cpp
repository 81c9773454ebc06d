// What every VoteQueue and VoteConsumer holds.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/subjects.hpp"

namespace pollux::conformance {
namespace {

using std::chrono::milliseconds;
using Batch = std::vector<poll::QueuedVote>;

// The outcomes of the votes that a test casts, by voter.
class Outcomes {
 public:
  poll::VoteQueue::AckCallback of(const std::string& voter_id) {
    return [this, voter_id](const poll::VoteResult& outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_[voter_id].push_back(outcome);
      changed_.notify_all();
    };
  }

  [[nodiscard]] bool come_to(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return outcomes_.size() >= count; });
  }

  // The only outcome of a voter's vote.
  poll::VoteResult only(const std::string& voter_id) {
    const std::lock_guard lock(mutex_);
    const auto& all = outcomes_[voter_id];
    if (all.size() != 1)
      return Error{ErrorCode::internal, std::to_string(all.size()) + " outcomes of one vote"};
    return all.front();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<poll::VoteResult>> outcomes_;
};

class VoteQueueConformance : public testing::TestWithParam<Adapter<VoteQueueSubject>> {
 protected:
  ~VoteQueueConformance() override { subject_->destroy(); }  // before the outcomes

  void cast(const std::string& voter_id, const std::string& chosen = "a") {
    subject_->queue().enqueue(vote(voter_id, chosen), outcomes_.of(voter_id));
  }

  // Receives until `count` votes have come, or for a minute.
  Batch receive(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    Batch all;
    while (all.size() < count && std::chrono::steady_clock::now() < until) {
      const Batch batch = subject_->consumer().receive(count - all.size(), milliseconds(100)).value();
      all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
  }

  void acknowledge(const Batch& batch) { ASSERT_TRUE(subject_->consumer().acknowledge(batch)); }

  bool nothing_left() { return subject_->consumer().receive(10, milliseconds(0)).value().empty(); }

  Outcomes outcomes_;
  std::unique_ptr<VoteQueueSubject> subject_ = GetParam().make();
};

TEST_P(VoteQueueConformance, DeliversAVoteAsItWasCast) {
  const std::string longest(255, 'v');
  subject_->queue().enqueue(vote(longest, "Ä '\";--%", "default.12"), outcomes_.of("only"));
  const Batch batch = receive(1);
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(batch.front().vote, vote(longest, "Ä '\";--%", "default.12"));
  acknowledge(batch);
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_EQ(outcomes_.only("only").value(), batch.front().version)
      << "the ack and the delivery name the same version";
}

TEST_P(VoteQueueConformance, DeliversInTheOrderOfAcceptanceWithGrowingVersions) {
  for (int n = 0; n < 500; ++n) cast("voter" + std::to_string(n));
  const Batch batch = receive(500);
  ASSERT_EQ(batch.size(), 500U);
  for (std::size_t n = 0; n < batch.size(); ++n)
    EXPECT_EQ(batch[n].vote.voter.text(), "voter" + std::to_string(n));
  EXPECT_TRUE(std::ranges::is_sorted(batch, std::ranges::less_equal{}, &poll::QueuedVote::version))
      << "strictly";
  EXPECT_GT(batch.front().version, poll::Version{});
}

TEST_P(VoteQueueConformance, GivesALaterVersionToAVoteAfterAnAcceptedOne) {
  poll::Version last;
  for (std::size_t n = 0; n < 5; ++n) {
    const std::string voter_id = "voter" + std::to_string(n);
    cast(voter_id);
    if (!subject_->durable()) acknowledge(receive(1));
    ASSERT_TRUE(outcomes_.come_to(n + 1));
    const poll::Version version = outcomes_.only(voter_id).value();
    EXPECT_GT(version, last);
    last = version;
  }
}

TEST_P(VoteQueueConformance, DeliversNoMoreThanAsked) {
  for (int n = 0; n < 5; ++n) cast("voter" + std::to_string(n));
  const Batch first = subject_->consumer().receive(3, std::chrono::minutes(1)).value();
  EXPECT_GE(first.size(), 1U);
  EXPECT_LE(first.size(), 3U);
  EXPECT_EQ(receive(5 - first.size()).size(), 5 - first.size());
}

TEST_P(VoteQueueConformance, ReturnsNothingWhenNothingCame) {
  EXPECT_TRUE(nothing_left());
}

TEST_P(VoteQueueConformance, DeliversAVoteThatComesWhileTheConsumerWaits) {
  std::thread caster([this] { cast("ann"); });
  EXPECT_EQ(receive(1).size(), 1U);
  caster.join();
}

TEST_P(VoteQueueConformance, NeverDeliversAcknowledgedVotesAgain) {
  for (int n = 0; n < 4; ++n) cast("voter" + std::to_string(n));
  Batch batch = receive(4);
  ASSERT_EQ(batch.size(), 4U);
  acknowledge({batch[3], batch[1]});  // any part, in any order
  acknowledge(batch);                 // some of them for the second time
  EXPECT_TRUE(nothing_left());
  ASSERT_TRUE(outcomes_.come_to(4));
  for (int n = 0; n < 4; ++n) EXPECT_TRUE(outcomes_.only("voter" + std::to_string(n)));
}

TEST_P(VoteQueueConformance, DeliversReleasedVotesAgainOrRefusesThem) {
  cast("ann");
  cast("bob");
  const Batch batch = receive(2);
  ASSERT_EQ(batch.size(), 2U);
  acknowledge({batch[0]});
  subject_->consumer().release(std::vector{batch[1]}, unavailable("The disk is full."));
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_TRUE(outcomes_.only("ann"));
  if (subject_->durable()) {
    EXPECT_EQ(receive(1), (Batch{batch[1]}));
    EXPECT_TRUE(outcomes_.only("bob"));
  } else {
    EXPECT_TRUE(nothing_left());
    ASSERT_FALSE(outcomes_.only("bob"));
    EXPECT_EQ(outcomes_.only("bob").error().message, "The disk is full.");
  }
}

TEST_P(VoteQueueConformance, RefusesVotesPastItsBoundAndTakesThemAgainWhenThereIsRoom) {
  const std::size_t bound = subject_->bound();
  if (bound == 0) GTEST_SKIP() << "only memory bounds it";
  for (std::size_t n = 0; n < bound; ++n) cast("voter" + std::to_string(n));
  cast("late");
  ASSERT_TRUE(outcomes_.come_to(1));
  ASSERT_FALSE(outcomes_.only("late"));
  EXPECT_EQ(outcomes_.only("late").error().reason, poll::RejectionReason::full);
  const Batch batch = receive(bound);
  ASSERT_EQ(batch.size(), bound);
  acknowledge(batch);
  cast("again");
  EXPECT_EQ(receive(1).size(), 1U);
}

TEST_P(VoteQueueConformance, RefusesVotesWhenItIsClosedAndDeliversWhatItMustNotKeep) {
  cast("ann");
  if (subject_->durable()) {
    ASSERT_TRUE(outcomes_.come_to(1));
  }
  subject_->close();
  cast("late");
  if (!subject_->durable()) acknowledge(receive(1));
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_TRUE(outcomes_.only("ann"));
  ASSERT_FALSE(outcomes_.only("late"));
  EXPECT_EQ(outcomes_.only("late").error().reason, poll::RejectionReason::unavailable);
}

TEST_P(VoteQueueConformance, LeavesNoVoteWithoutAnOutcomeWhenItIsDestroyed) {
  for (int n = 0; n < 20; ++n) cast("voter" + std::to_string(n));
  receive(5);
  subject_->destroy();
  ASSERT_TRUE(outcomes_.come_to(20));
  for (int n = 0; n < 20; ++n) {
    const auto outcome = outcomes_.only("voter" + std::to_string(n));
    EXPECT_TRUE(outcome || outcome.error().reason == poll::RejectionReason::unavailable);
  }
}

TEST_P(VoteQueueConformance, TakesVotesFromManyThreadsAndLosesNone) {
  constexpr int threads = 4;
  constexpr int votes_each = 200;
  std::vector<std::thread> casters;
  for (int t = 0; t < threads; ++t) {
    casters.emplace_back([this, t] {
      for (int n = 0; n < votes_each; ++n) cast("voter" + std::to_string(t) + "." + std::to_string(n));
    });
  }
  Batch all;
  while (all.size() < threads * votes_each) {
    const Batch batch = receive(std::min<std::size_t>(50, threads * votes_each - all.size()));
    if (batch.empty()) break;
    acknowledge(batch);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  for (auto& caster : casters) caster.join();
  ASSERT_EQ(all.size(), std::size_t{threads * votes_each});
  ASSERT_TRUE(outcomes_.come_to(all.size()));
  std::map<std::string, poll::Version> last_of_thread;
  for (const poll::QueuedVote& queued_vote : all) {
    const std::string& voter_id = queued_vote.vote.voter.text();
    EXPECT_EQ(outcomes_.only(voter_id).value(), queued_vote.version);
    poll::Version& last = last_of_thread[voter_id.substr(0, voter_id.find('.'))];
    EXPECT_GT(queued_vote.version, last);
    last = queued_vote.version;
  }
}

INSTANTIATE_TEST_SUITE_P(, VoteQueueConformance, testing::ValuesIn(vote_queues()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
