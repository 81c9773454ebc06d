// What every VoteStore holds.
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/vote_store_subject.hpp"
#include "conformance/votes.hpp"

namespace pollux::conformance {
namespace {

using Batch = std::vector<poll::QueuedVote>;
using Counts = poll::SelectionCounts;

class VoteStoreConformance : public testing::TestWithParam<Adapter<VoteStoreSubject>> {
 protected:
  std::vector<poll::Tally> record(const Batch& batch) { return store().record(batch).value(); }
  poll::VoteStore& store() { return subject_->store(); }

  // The tally's counts, which must be what the recorded votes amount to.
  Counts counts(std::string_view id = "default") {
    Counts kept = store().tally(poll(id)).value().counts;
    EXPECT_EQ(kept, store().recount(poll(id)).value());
    return kept;
  }

  std::unique_ptr<VoteStoreSubject> subject_ = GetParam().make();
};

TEST_P(VoteStoreConformance, IsEmptyAtFirst) {
  EXPECT_EQ(store().tally(poll()).value(), (poll::Tally{poll(), 0, {}}));
  EXPECT_EQ(store().recount(poll()).value(), Counts{});
  EXPECT_EQ(store().latest_version().value(), poll::Version{});
}

TEST_P(VoteStoreConformance, CountsEachVoterOnce) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  record({queued(3, "cleo", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("b"), 2}}));
}

TEST_P(VoteStoreConformance, KeepsTheNewestVoteOfAVoter) {
  record({queued(1, "ann", "a")});
  record({queued(2, "ann", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, KeepsTheNewestOfSeveralVotesOfAVoterInABatch) {
  record({queued(1, "ann", "a"), queued(3, "ann", "c"), queued(2, "ann", "b"), queued(4, "bob", "a")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("c"), 1}}));
}

TEST_P(VoteStoreConformance, LetsAnOlderVoteThatComesLaterChangeNothing) {
  record({queued(5, "ann", "a")});
  EXPECT_TRUE(record({queued(4, "ann", "b")}).empty());
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  EXPECT_EQ(store().latest_version().value(), (poll::Version{1, 5}));
}

TEST_P(VoteStoreConformance, KeepsTheVersionOfAVoteForTheSameSelection) {
  record({queued(1, "ann", "a")});
  record({queued(5, "ann", "a")});
  record({queued(3, "ann", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
}

TEST_P(VoteStoreConformance, ComparesTheTimeOfAVersionBeforeItsSequence) {
  record({{{2, 0}, vote("ann", "a")}});
  record({{{1, 9}, vote("ann", "b")}});
  record({{{2, 1}, vote("bob", "a")}, {{10, 0}, vote("bob", "b")}});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, TakesABatchTwiceAsOnce) {
  const Batch batch{queued(1, "ann", "a"), queued(2, "bob", "b"), queued(3, "ann", "b")};
  record(batch);
  const poll::Tally before = store().tally(poll()).value();
  EXPECT_TRUE(record(batch).empty());
  EXPECT_EQ(store().tally(poll()).value(), before);
}

TEST_P(VoteStoreConformance, TakesAnEmptyBatch) {
  EXPECT_TRUE(record({}).empty());
}

TEST_P(VoteStoreConformance, ReturnsTheTalliesWhoseCountsChanged) {
  record({queued(1, "ann", "a", "pets"), queued(2, "ann", "a", "food")});
  const auto changed = record({queued(3, "ann", "a", "pets"), queued(4, "ann", "b", "food")});
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed.front(), store().tally(poll("food")).value());
  EXPECT_EQ(changed.front().counts, (Counts{{selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, RaisesTheTallysVersionWithEachChangeOfTheCountsOnly) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  const auto first = store().tally(poll()).value().version;
  EXPECT_GT(first, 0U);
  record({queued(3, "ann", "a")});
  record({queued(4, "ann", "b"), queued(5, "bob", "a")});
  EXPECT_EQ(store().tally(poll()).value().version, first) << "the counts are the same";
  record({queued(6, "ann", "a")});
  EXPECT_GT(store().tally(poll()).value().version, first);
}

TEST_P(VoteStoreConformance, RecordsNothingOfABatchThatItRefuses) {
  record({queued(1, "ann", "a")});
  const std::uint64_t too_large = std::uint64_t{1} << 63U;
  for (const poll::Version version : {poll::Version{too_large, 0}, poll::Version{1, too_large}}) {
    const auto refused = store().record(Batch{queued(2, "ann", "b"), {version, vote("bob", "b")}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  record({{{too_large - 1, too_large - 1}, vote("bob", "b")}});
  EXPECT_EQ(store().latest_version().value(), (poll::Version{too_large - 1, too_large - 1}));
}

TEST_P(VoteStoreConformance, HasEverythingAfterItIsOpenedAgain) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  record({queued(3, "ann", "b")});
  const poll::Tally before = store().tally(poll()).value();
  subject_->reopen();
  EXPECT_EQ(store().tally(poll()).value(), before);
  EXPECT_EQ(counts(), (Counts{{selection("b"), 2}}));
  EXPECT_EQ(store().latest_version().value(), (poll::Version{1, 3}));
  EXPECT_TRUE(record({queued(2, "ann", "a")}).empty());
}

TEST_P(VoteStoreConformance, KeepsPollsApart) {
  Batch batch;
  for (std::uint64_t n = 0; n < 200; ++n) {
    batch.push_back(queued(n, "ann", n % 2 == 0 ? "a" : "b", "poll" + std::to_string(n)));
  }
  EXPECT_EQ(record(batch).size(), 200U);
  for (std::uint64_t n = 0; n < 200; ++n) {
    EXPECT_EQ(counts("poll" + std::to_string(n)), (Counts{{selection(n % 2 == 0 ? "a" : "b"), 1}}));
  }
  EXPECT_EQ(store().latest_version().value(), (poll::Version{1, 199}));
}

TEST_P(VoteStoreConformance, CountsTwentySixSelections) {
  Batch batch;
  Counts expected;
  std::uint64_t place = 0;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const std::string chosen(1, letter);
    for (int n = 0; n <= letter - 'a'; ++n) {
      ++place;
      batch.push_back(queued(place, "voter" + std::to_string(place), chosen));
    }
    expected[selection(chosen)] = static_cast<std::uint64_t>(letter - 'a') + 1;
  }
  record(batch);
  EXPECT_EQ(counts(), expected);
}

TEST_P(VoteStoreConformance, TakesTextOfEveryLengthAndAlphabetAsItIs) {
  const std::string longest(255, 'x');
  const Batch batch{queued(1, longest, longest, std::string(64, 'p')),
                    queued(2, longest, "Ä '\";--%", "Zoë's"), queued(3, "A", "a", "Zoë's"),
                    queued(4, "a", "A", "Zoë's"), queued(5, "a ", "a", "Zoë's")};
  record(batch);
  EXPECT_EQ(counts(std::string(64, 'p')), (Counts{{selection(longest), 1}}));
  EXPECT_EQ(counts("Zoë's"), (Counts{{selection("Ä '\";--%"), 1}, {selection("a"), 2}, {selection("A"), 1}}));
}

TEST_P(VoteStoreConformance, AnswersReadersWhileItRecords) {
  constexpr std::uint64_t batch_size = 100;
  std::atomic<bool> recording = true;
  auto reader = std::async(std::launch::async, [&] {
    std::uint64_t version = 0;
    std::uint64_t torn = 0;
    while (recording) {
      const poll::Tally tally = store().tally(poll()).value();
      if (tally.total() % batch_size != 0 || tally.version < version) ++torn;
      version = tally.version;
      if (store().latest_version().value().sequence % batch_size != 0) ++torn;
    }
    return torn;
  });
  std::uint64_t place = 0;
  for (int n = 0; n < 50; ++n) {
    Batch batch;
    for (std::uint64_t i = 0; i < batch_size; ++i) {
      ++place;
      batch.push_back(queued(place, "voter" + std::to_string(place), "a"));
    }
    record(batch);
  }
  recording = false;
  EXPECT_EQ(reader.get(), 0U) << "a reader sees whole batches, and never an older state after a newer one";
  EXPECT_EQ(counts(), (Counts{{selection("a"), place}}));
}

INSTANTIATE_TEST_SUITE_P(, VoteStoreConformance, testing::ValuesIn(vote_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
