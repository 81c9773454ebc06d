// The contract of PollStore::erase_expired(): votes are kept as long as their poll says, tallies for good.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/managed_polls.hpp"
#include "poll/lost_changes.hpp"
#include "poll/poll_run.hpp"
#include "poll/testing/tabulate.hpp"

namespace pollux::conformance {
namespace {

using namespace std::chrono_literals;
using poll::ManagedPoll;
using poll::PollAction;
using poll::PollErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

class PollStoreRetention : public PollStoreTest {
 protected:
  ManagedPoll closed_with_votes(std::optional<std::uint32_t> keep_days, int voters = 1) {
    poll::PollContent kept = content();
    kept.policies.keep_days = keep_days;
    const ManagedPoll poll = open(create(kept));
    for (int number = 0; number < voters; ++number)
      record(run_id(poll), "voter " + std::to_string(number), "a");
    return store().change(poll.id, PollAction::close, {}, noon).value();
  }
  std::uint64_t counted(const poll::PollId& run) {
    return poll::total(subject_->tallies().tally(run).value());
  }
  std::size_t recorded(const poll::PollId& run) {
    std::size_t votes = 0;
    for (const auto& [key, count] : subject_->recorded(run)) votes += count;
    return votes;
  }
};

TEST_P(PollStoreRetention, DeletesVotesSoManyDaysAfterTheCloseAndKeepsTheTally) {
  const ManagedPoll poll = closed_with_votes(2);
  EXPECT_THAT(store().erase_expired(100, noon + 48h - 1s).value().runs, IsEmpty());
  EXPECT_EQ(recorded(run_id(poll)), 1U);
  const poll::ExpiredVotes expired = store().erase_expired(100, noon + 48h).value();
  EXPECT_THAT(expired.runs, ElementsAre(run_id(poll)));
  EXPECT_EQ(expired.votes, 1U);
  EXPECT_EQ(recorded(run_id(poll)), 0U);
  EXPECT_EQ(counted(run_id(poll)), 1U);
  EXPECT_EQ(store().find(poll.id).value().votes_deleted_at, noon + 48h);
  EXPECT_EQ(store().runs(poll.id).value().front().votes_deleted_at, noon + 48h);
  EXPECT_THAT(store().erase_expired(100, noon + 49h).value().runs, IsEmpty()) << "once";
}

TEST_P(PollStoreRetention, DeletesInSteps) {
  const ManagedPoll poll = closed_with_votes(1, 5);
  EXPECT_EQ(store().erase_expired(3, noon + 24h).value().votes, 3U);
  EXPECT_EQ(recorded(run_id(poll)), 2U);
  EXPECT_EQ(store().erase_expired(3, noon + 24h).value().votes, 2U);
  EXPECT_EQ(store().erase_expired(3, noon + 24h).value().votes, 0U);
  EXPECT_EQ(counted(run_id(poll)), 5U);
  EXPECT_EQ(store().erase_expired(0, noon).error().code, PollErrorCode::invalid);
}

TEST_P(PollStoreRetention, KeepsVotesOfOpenPollsAndThoseThatAreKeptForGood) {
  const ManagedPoll for_good = closed_with_votes(std::nullopt);
  const ManagedPoll reopened = closed_with_votes(1);
  store().change(reopened.id, PollAction::open, {}, noon).value();
  EXPECT_THAT(store().erase_expired(100, noon + 24h * 4000).value().runs, IsEmpty());
  EXPECT_EQ(recorded(run_id(for_good)) + recorded(run_id(reopened)), 2U);
}

TEST_P(PollStoreRetention, DeletesVotesOfEarlierRunsToo) {
  const ManagedPoll poll = closed_with_votes(1);
  const ManagedPoll next = store().change(poll.id, PollAction::reset, {}, noon).value();
  store().change(poll.id, PollAction::open, {}, noon + 1h).value();
  record(run_id(next), "ann", "b");
  EXPECT_THAT(store().erase_expired(100, noon + 30h).value().runs, ElementsAre(run_id(poll)));
  EXPECT_EQ(recorded(run_id(poll)), 0U);
  EXPECT_EQ(recorded(run_id(next)), 1U);
  EXPECT_EQ(store().find(poll.id).value().votes_deleted_at, std::nullopt) << "of the current run";
}

// A voter whose vote is not known any more would be counted again.
TEST_P(PollStoreRetention, OpensSuchARunNoMore) {
  const ManagedPoll poll = closed_with_votes(1);
  ASSERT_TRUE(store().erase_expired(100, noon + 24h));
  const auto rejected = store().change(poll.id, PollAction::open, {}, noon + 25h);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, PollErrorCode::not_allowed);
  const ManagedPoll next = store().change(poll.id, PollAction::reset, {}, noon + 25h).value();
  EXPECT_EQ(next.votes_deleted_at, std::nullopt);
  EXPECT_TRUE(store().change(poll.id, PollAction::open, {}, noon + 25h)) << "in a new run";
}

TEST_P(PollStoreRetention, DeletesLateVotesOfSuchARunAndAllOfADeletedPoll) {
  const ManagedPoll poll = closed_with_votes(1);
  ASSERT_TRUE(store().erase_expired(100, noon + 24h));
  record(run_id(poll), "late", "b");
  EXPECT_EQ(store().erase_expired(100, noon + 24h).value().votes, 1U);
  ASSERT_TRUE(store().remove(poll.id, store().find(poll.id).value().revision, noon + 25h));
  ASSERT_TRUE(store().erase_removed(100));
  EXPECT_EQ(counted(run_id(poll)), 0U);
}

// Another question was asked in runs that the database has forgotten. Their votes are deleted as all others.
TEST_P(PollStoreRetention, DeletesVotesOfForgottenRuns) {
  poll::PollContent kept = content();
  kept.policies.keep_days = 1;
  for (const bool opened : {false, true}) {
    ManagedPoll poll = create(kept);
    if (opened) poll = open(poll);
    const poll::LostChange lost{
        .known = {.poll = poll.id, .state = poll::PollState::open, .run = 4, .revision = 9},
        .question = which_colors()};
    const ManagedPoll after = store().recover(poll.id, poll.revision, lost, noon).value();
    EXPECT_EQ(after.run, 5U);
    const auto runs = store().runs(poll.id).value();
    ASSERT_EQ(runs.size(), opened ? 2U : 1U) << "no one knows what was asked in the others";
    EXPECT_EQ(runs.back().closed_at, opened ? std::optional(noon) : std::nullopt);
    for (const std::uint32_t run : {1U, 3U, 4U, 5U}) record(poll::id_of_run(poll.id, run), "ann", "a");
    EXPECT_EQ(store().erase_expired(100, noon + 24h - 1s).value().votes, 0U);
    const poll::ExpiredVotes expired = store().erase_expired(100, noon + 24h).value();
    EXPECT_EQ(expired.votes, 3U);
    EXPECT_EQ(expired.runs.size(), 4U);
    record(poll::id_of_run(poll.id, 4), "bob", "a");
    ASSERT_TRUE(store().remove(poll.id, after.revision, noon));
    EXPECT_EQ(store().erase_removed(100).value(), 2U) << "of the runs 4 and 5";
  }
}

// The older draft was opened again before anyone noticed.
TEST_P(PollStoreRetention, ShowsNoVotesUnderAnotherQuestion) {
  const ManagedPoll poll = open(create());
  const poll::LostChange lost{
      .known = {.poll = poll.id, .state = poll::PollState::open, .run = 1, .revision = 3},
      .question = which_colors()};
  const ManagedPoll after = store().recover(poll.id, poll.revision, lost, noon).value();
  const auto runs = store().runs(poll.id).value();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.front().run, 2U);
  EXPECT_EQ(store().find(poll.id).value(), after);
}

TEST_P(PollStoreRetention, RemembersABoundedNumberOfForgottenRuns) {
  const ManagedPoll poll = create();
  const poll::LostChange damaged{
      .known = {.poll = poll.id, .state = poll::PollState::open, .run = poll::max_run, .revision = 9},
      .question = poll.content.question};
  const ManagedPoll after = store().recover(poll.id, poll.revision, damaged, noon).value();
  EXPECT_EQ(after.run, poll::max_run);
  EXPECT_EQ(store().runs(poll.id).value().size(), 1U);
}

// Of the two, one is first: the votes are there while the poll is open.
TEST_P(PollStoreRetention, NeverDeletesVotesOfAPollThatIsOpenedMeanwhile) {
  for (int round = 0; round < 20; ++round) {
    const ManagedPoll poll = closed_with_votes(1);
    const auto other = subject_->connect({});
    std::thread opening([&] { (void)other->change(poll.id, PollAction::open, {}, noon); });
    (void)store().erase_expired(100, noon + 24h);
    opening.join();
    const ManagedPoll after = store().find(poll.id).value();
    EXPECT_EQ(after.state == poll::PollState::open, !after.votes_deleted_at);
    EXPECT_EQ(recorded(run_id(poll)), after.votes_deleted_at ? 0U : 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(, PollStoreRetention, testing::ValuesIn(poll_stores()),
                         [](const auto& adapter) { return adapter.param.name; });

}  // namespace
}  // namespace pollux::conformance
